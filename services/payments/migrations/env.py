from common.migrations import run
from payments import refunding, webhooks
from payments.tables import Base

__all__ = ["refunding", "webhooks"]  # whose tables are in the metadata
run(Base.metadata)
