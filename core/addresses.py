"""Which addresses on the network are anybody's to visit, and which are our own house."""

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

# The IANA registry of special IPv4 addresses (RFC 6890 and its successors), spelled out: what the
# standard library counts as global differs between patch releases of Python.
_SPECIAL_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network; Linux takes 0.0.0.0 for itself
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' own, and Alibaba's metadata at 100.100.100.200
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's own services, at an address that looks public
        "169.254.0.0/16",  # link-local, and metadata of most clouds at 169.254.169.254
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments, and Oracle's metadata at 192.0.0.192
        "192.0.2.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
"""All of IPv6 that is given to networks; what is private, link-local or multicast lies outside."""
_SPECIAL_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "3fff::/20",
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
_MAPPED = IPv6Network("::ffff:0:0/96")
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)
_LOW_32 = 0xFFFF_FFFF


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the internet at large.

    Addresses that carry an IPv4 address are as public as that one: mapped (RFC 4291, 2.5.5.2),
    NAT64 (RFC 6052, 2.1), which is how networks without IPv4 name the rest, and ISATAP (RFC 5214,
    6.1). 6to4 and Teredo are never public. What is no address, or has a zone, is not public either.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return not any(found in network for network in _SPECIAL_V4)
    if found.scope_id is not None:
        return False
    return _is_public_v6(found)


def _is_public_v6(address: IPv6Address) -> bool:
    low = IPv4Address(int(address) & _LOW_32)
    if address in _MAPPED or address in _NAT64:
        return is_public(str(low))
    if int(address) >> 32 & _LOW_32 in _ISATAP and not is_public(str(low)):
        return False
    return address in _GLOBAL_V6 and not any(address in network for network in _SPECIAL_V6)
