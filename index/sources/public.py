"""Which network addresses are public, and do not stand for one that is not."""

from __future__ import annotations

import ipaddress

_HOLDING_IPV4 = (
    ipaddress.IPv6Network("64:ff9b::/96"),  # NAT64, RFC 6052
    ipaddress.IPv6Network("::/96"),  # IPv4-compatible, RFC 4291
)


def is_public(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether anybody on the internet may reach it; an IPv4 address within an IPv6 one must be public too."""
    if not ip.is_global or ip.is_multicast:
        return False
    inner = _inner(ip) if isinstance(ip, ipaddress.IPv6Address) else None
    return inner is None or is_public(inner)


def _inner(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if any(ip in network for network in _HOLDING_IPV4):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour
