"""Which addresses a webhook may be sent to: those of the public internet, unless the settings allow others.

A name is looked up once; the addresses found are checked, and these are the ones connected to. A second look-up
could answer otherwise (DNS rebinding).
"""

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Lookup = Callable[[str, int], list[str]]

NEVER = tuple(
    ip_network(block)
    for block in (
        "192.0.0.0/24",  # protocol assignments; one cloud's metadata
        "192.88.99.0/24",  # 6to4 relays
        "168.63.129.16/32",  # a cloud's agent, reached from inside it
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "3fff::/20",  # documentation
    )
)
GLOBAL_UNICAST = ip_network("2000::/3")
NAT64 = ip_network("64:ff9b::/96")


class Private(Exception):
    """An address that may not be connected to; the message names it."""


def looked_up(host: str, port: int) -> list[str]:
    """Give the addresses of a name, in the order of the resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[4][0]) for place in found))


def public(text: str) -> bool:
    """Tell whether an address is one of the public internet: nobody's own network, no group, no metadata.

    >>> public("8.8.8.8"), public("10.0.0.1"), public("::ffff:127.0.0.1"), public("169.254.169.254")
    (True, False, False, False)
    """
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped
        if inner is None and address in NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return public(str(inner))
        if address.scope_id is not None or address not in GLOBAL_UNICAST:
            return False
    if any(address in block for block in NEVER if block.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def checked(host: str, port: int, *, allow_private: bool, lookup: Lookup = looked_up) -> list[str]:
    """Look ``host`` up and give its addresses; raises Private where one is not public, OSError where there is none.

    One private address among public ones is enough: whoever answers so has something in mind.
    """
    found = lookup(host, port)
    if not found:
        raise OSError("the name has no address")
    if not allow_private:
        for address in found:
            if not public(address):
                raise Private(address)
    return found
