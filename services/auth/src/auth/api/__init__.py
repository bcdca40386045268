"""HTTP in: `/api/users/*` and the public keys."""

from auth.api import accounts, keys, sessions

ROUTES = (*accounts.ROUTES, *sessions.ROUTES, *keys.ROUTES)
