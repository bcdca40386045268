"""The HTTP side of every service: see `create_api`."""

from common.http.api import create_api, openapi_document
from common.http.bodies import Body
from common.http.credentials import cookie_name
from common.http.documents import problems
from common.http.edge import Edge
from common.http.guards import WEBHOOK

__all__ = [
    "WEBHOOK",
    "Body",
    "Edge",
    "cookie_name",
    "create_api",
    "openapi_document",
    "problems",
]
