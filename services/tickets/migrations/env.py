"""Alembic's entrance: the tables of tickets."""

from common.migrations import run
from tickets.models import Base

run(Base.metadata)
