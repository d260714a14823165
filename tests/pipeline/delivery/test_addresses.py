"""Nothing is sent into a private network, by whatever name or notation."""

import socket

import pytest

from pipeline.delivery.addresses import Private, checked, looked_up, public

PRIVATE = """
127.0.0.1 127.255.255.254 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1
100.100.100.200 192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1 203.0.113.1 224.0.0.1 224.0.1.1 239.255.255.250
240.0.0.1 255.255.255.255 168.63.129.16
::1 :: fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 fec0::1 ff02::1 2001:db8::1 3fff::1 100::1 5f00::1
::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::7f00:1 64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::1
2002:7f00:1:: 2001:0:4136:e378:8000:63bf:3fff:fdd2
"""
PUBLIC = """
8.8.8.8 1.1.1.1 172.15.255.255 172.32.0.1 100.63.255.255 100.128.0.1 2606:4700::1111 ::ffff:8.8.8.8
"""


@pytest.mark.parametrize("address", PRIVATE.split())
def test_an_address_that_is_nobody_elses_business_is_private(address: str) -> None:
    assert not public(address)


@pytest.mark.parametrize("address", PUBLIC.split())
def test_an_address_of_the_public_internet_is_public(address: str) -> None:
    assert public(address)


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1"])
def test_a_name_or_an_odd_notation_of_this_machine_is_refused_once_it_is_looked_up(host: str) -> None:
    with pytest.raises(Private):
        checked(host, 443, allow_private=False, lookup=looked_up)


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(Private, match=r"10\.0\.0\.1"):
        checked("example.org", 443, allow_private=False, lookup=lambda host, port: ["8.8.8.8", "10.0.0.1"])
    assert checked("x", 443, allow_private=True, lookup=lambda host, port: ["10.0.0.1"]) == ["10.0.0.1"]


def test_a_name_without_an_address_is_an_error_of_the_network() -> None:
    with pytest.raises(OSError, match="no address"):
        checked("example.org", 443, allow_private=False, lookup=lambda host, port: [])


def test_the_resolver_is_asked_once_and_gives_each_address_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def answer(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", port))] * 2

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    assert looked_up("example.org", 443) == ["8.8.8.8"]
    assert asked == ["example.org"]
