"""Which machines may be asked: those of the public internet, by the address connected to."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NAT64 = IPv6Network("64:ff9b::/96")
_LOWEST_FREE_PORT = 1024
_WEB_PORTS = (80, 443)


def public_addresses(host: str, port: int, *, allow_private: bool = False) -> list[str]:
    """The addresses of a host, each of which may be connected to; none where one of them may not.

    Raises `OSError` where the host is not known. With `allow_private` every address may.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if allow_private or all(is_public(address) for address in addresses):
        return addresses
    return []


def is_public(address: str) -> bool:
    """Whether an address belongs to the public internet, however it is written."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(each.is_global and not each.is_multicast for each in (ip, *_within(ip)))


def is_usual_port(port: int) -> bool:
    """Whether a web server may be expected there, and not mail or a shell."""
    return port in _WEB_PORTS or port >= _LOWEST_FREE_PORT


def _within(ip: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that an IPv6 address leads to."""
    if isinstance(ip, IPv4Address):
        return []
    found = [each for each in (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())) if each]
    if ip in _NAT64:
        found.append(IPv4Address(int(ip) & 0xFFFFFFFF))
    return found
