from common.migrations import run
from payments.models import Base

run(Base.metadata)
