from tiny.models import metadata

from common.migrations import run

run(metadata)
