"""Alembic's entry; see `common.migrations`."""

from auth.models import Base
from common.migrations import run

run(Base.metadata, left={"sessions.guest_id"})
