"""The HTTP side of every service: see `create_api`."""

from common.asgi import ASGIApp
from common.http.api import create_api, openapi_document
from common.http.bodies import Body
from common.http.credentials import cookie_name, crosses_sites, token_of
from common.http.documents import Problem, problems
from common.http.edge import Edge
from common.http.guards import WEBHOOK

__all__ = [
    "WEBHOOK",
    "ASGIApp",
    "Body",
    "Edge",
    "Problem",
    "cookie_name",
    "create_api",
    "crosses_sites",
    "openapi_document",
    "problems",
    "token_of",
]
