"""The HTTP side of every service: see `create_api`."""

from common.asgi import ASGIApp
from common.http.api import create_api, openapi_document
from common.http.bodies import Body
from common.http.credentials import COOKIE, SECURE_COOKIE, crosses_sites, token_of
from common.http.documents import Problem, problems
from common.http.edge import Edge
from common.http.guards import WEBHOOK

__all__ = [
    "COOKIE",
    "SECURE_COOKIE",
    "WEBHOOK",
    "ASGIApp",
    "Body",
    "Edge",
    "Problem",
    "create_api",
    "crosses_sites",
    "openapi_document",
    "problems",
    "token_of",
]
