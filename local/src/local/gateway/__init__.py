"""The gateway: one origin in front of everything, Envoy as its wheel brings it."""

from local.gateway.bootstrap import render
from local.gateway.program import gateway_program
from local.gateway.table import Gateway, Upstream

__all__ = ["Gateway", "Upstream", "gateway_program", "render"]
