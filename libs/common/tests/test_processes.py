"""Ports for servers that will have to find them free again."""

from common.embedded.processes import free_ports

#: From here on systems choose ports for connections that go out.
OUTGOING = 32_768


def test_ports_are_not_those_of_outgoing_connections() -> None:
    ports = free_ports(50)
    assert len(set(ports)) == 50
    assert all(1024 <= port < OUTGOING for port in ports)
