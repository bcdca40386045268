"""How many connections a process may hold: each is an open file."""

import resource

#: Streams and requests of thousands, with the gateway's two connections for each.
MANY = 65_536


def allow_many_files() -> None:
    """Use what the system grants: many start processes with far less, such as 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    granted = MANY if hard == resource.RLIM_INFINITY else min(hard, MANY)
    if soft != resource.RLIM_INFINITY and soft < granted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (granted, hard))
