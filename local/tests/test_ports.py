"""Ports are kept from run to run, and given up when somebody else has them."""

import socket
from collections.abc import Iterator

import pytest

from common.embedded.processes import free_ports
from local import ports
from local.errors import PortTaken, Trouble


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


class TestChoose:
    def test_a_free_port_is_kept(self) -> None:
        [kept] = free_ports(1)
        assert ports.choose(["a"], {"a": kept}) == {"a": kept}

    def test_a_taken_one_is_replaced(self, taken: int) -> None:
        chosen = ports.choose(["a"], {"a": taken})
        assert chosen["a"] != taken

    def test_each_name_has_its_own(self) -> None:
        [same] = free_ports(1)
        names = [str(number) for number in range(40)]
        chosen = ports.choose(names, dict.fromkeys(names, same))
        assert len(set(chosen.values())) == 40

    def test_what_is_not_asked_for_is_forgotten(self) -> None:
        assert ports.choose([], {"a": 1}) == {}


class TestGatewayPort:
    def test_a_taken_one_is_a_sentence(self, taken: int) -> None:
        with pytest.raises(PortTaken, match=f"Port {taken} is in use by another"):
            ports.require_free(taken, "127.0.0.1")

    def test_a_free_one_is_fine(self) -> None:
        ports.require_free(free_ports(1)[0], "127.0.0.1")

    def test_an_address_of_nobody_is_a_sentence(self) -> None:
        with pytest.raises(Trouble, match="TICKETING_HOST: nobody is no address"):
            ports.require_free(1, "nobody")
