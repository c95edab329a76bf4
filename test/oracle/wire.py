"""IP packets as plain fields, and back to bytes with scapy. Lengths are in bytes, addresses are text."""

import socket
from dataclasses import dataclass, field, replace
from functools import lru_cache

from scapy.compat import raw
from scapy.layers.inet import IP, in4_chksum
from scapy.layers.inet6 import IPv6, in6_chksum
from scapy.pton_ntop import inet_ntop
from scapy.utils import checksum

HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION = 0, 43, 44, 60
EXTENSIONS = (HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION)
UDP, ESP, AH, ICMP, ICMP6 = 17, 50, 51, 1, 58
MAX_EXTENSIONS = 8


class Drop(Exception):
    """A packet's end: its verdict."""

    def __init__(self, verdict):
        super().__init__(verdict)
        self.verdict = verdict


@dataclass
class Packet:
    """An IP packet. `chain` holds IPv6's extension headers as (type, bytes), the fragment header among them."""

    family: int
    src: str
    dst: str
    tos: int
    ttl: int
    protocol: int
    payload: bytes
    ident: int = 0
    reserved: bool = False
    df: bool = False
    more: bool = False
    offset: int = 0
    options: bytes = b""
    flow: int = 0
    chain: list = field(default_factory=list)
    # The length field when the payload is cut (a packet quoted in an error); None: the payload's length.
    declared: int = None
    # Names of the values that the relay may choose: equal names mean equal values. None: predicted.
    ident_group: str = None
    flow_group: str = None
    df_free: bool = False
    # By how much the quoted IPv4 header's checksum is wrong, modulo 0xffff.
    header_error: int = 0
    # The quoted UDP header's checksum, when it cannot be known.
    free_udp_checksum: bool = False

    @property
    def is_fragment(self):
        return self.more or self.offset > 0

    @property
    def header_length(self):
        return 20 + len(self.options) if self.family == 4 else 40 + sum(len(b) for _, b in self.chain)

    @property
    def length(self):
        return self.header_length + len(self.payload)


@dataclass
class Built:
    """
    Bytes, where they are free (position, mask, group or None), and the checksums that depend on those, the innermost
    first.
    """

    data: bytes
    free: list = field(default_factory=list)
    sums: list = field(default_factory=list)

    def until(self, size):
        """Cut to `size` bytes."""
        free = [entry for entry in self.free if entry[0] + len(entry[1]) // 2 <= size]
        return Built(self.data[:size], free, self.sums)

    def moved(self, by):
        return [(at + by, mask, group) for at, mask, group in self.free], [(k, at + by) for k, at in self.sums]


def number(data, at, size=2):
    return int.from_bytes(data[at : at + size], "big")


def text4(data):
    return ".".join(str(b) for b in data)


def text6(data):
    return inet_ntop(socket.AF_INET6, bytes(data))


def parse(data):
    """Steps 1 and 2 of the order of checks. Raises Drop."""
    if len(data) == 0:
        raise Drop("truncated")
    version = data[0] >> 4
    if version == 4:
        return parse4(data)
    if version == 6:
        return parse6(data)
    raise Drop("bad-version")


def parse4(data):
    if len(data) < 20:
        raise Drop("truncated")
    ihl = (data[0] & 15) * 4
    total = number(data, 2)
    if ihl < 20 or total < ihl:
        raise Drop("bad-header")
    if total > len(data):
        raise Drop("truncated")
    if checksum(data[:ihl]) not in (0, 0xFFFF):
        raise Drop("bad-checksum")
    return fields4(data, ihl, data[ihl:total])


def fields4(data, ihl, payload):
    flags = data[6] >> 5
    return Packet(
        family=4, src=text4(data[12:16]), dst=text4(data[16:20]), tos=data[1], ttl=data[8], protocol=data[9],
        payload=bytes(payload), ident=number(data, 4), reserved=bool(flags & 4), df=bool(flags & 2), more=bool(flags & 1),
        offset=(number(data, 6) & 0x1FFF) * 8, options=bytes(data[20:ihl]),
    )  # fmt: skip


def parse6(data):
    if len(data) < 40:
        raise Drop("truncated")
    length = number(data, 4)
    if 40 + length > len(data):
        raise Drop("truncated")
    if any(bytes(data[at : at + 12]) == bytes(10) + b"\xff\xff" for at in (8, 24)):
        raise Drop("bad-header")
    return fields6(data, data[40 : 40 + length])


def fields6(data, rest):
    packet = Packet(
        family=6, src=text6(data[8:24]), dst=text6(data[24:40]), tos=number(data, 0) >> 4 & 0xFF, ttl=data[7],
        protocol=data[6], payload=bytes(rest), flow=number(data, 1, 3) & 0xFFFFF,
    )  # fmt: skip
    return walk(packet)


def walk(packet):
    """Takes the extension headers off the payload into the chain. Raises Drop."""
    kind, rest = packet.protocol, packet.payload
    chain = []
    while kind in EXTENSIONS:
        if len(rest) < 8 or (kind == HOP_BY_HOP and chain) or len(chain) == MAX_EXTENSIONS:
            raise Drop("bad-extension")
        size = 8 if kind == FRAGMENT else 8 * (rest[1] + 1)
        if size > len(rest):
            raise Drop("bad-extension")
        header, rest = rest[:size], rest[size:]
        if kind == ROUTING and header[3] != 0:
            raise Drop("bad-extension")
        if kind == FRAGMENT:
            if any(k == FRAGMENT for k, _ in chain):
                raise Drop("bad-extension")
            packet.offset, packet.more = number(header, 2) & 0xFFF8, bool(header[3] & 1)
            packet.ident = number(header, 4, 4)
        chain.append((kind, header))
        kind = header[0]
        if packet.offset > 0:
            break
    packet.chain, packet.protocol, packet.payload = chain, kind, rest
    return packet


def split_chain(packet):
    """The chain before, the chain after the fragment header; without one, as RFC 8200 section 4.5 would put it in."""
    kinds = [kind for kind, _ in packet.chain]
    if FRAGMENT in kinds:
        at = kinds.index(FRAGMENT)
        return packet.chain[:at], packet.chain[at + 1 :]
    at = 0
    for i, kind in enumerate(kinds):
        if kind in (HOP_BY_HOP, ROUTING):
            at = i + 1
    return packet.chain[:at], packet.chain[at:]


def link(chain, protocol):
    """The chain's bytes with each header naming the next. Returns (type of the first header, bytes)."""
    kinds = [kind for kind, _ in chain] + [protocol]
    return kinds[0], b"".join(bytes([kinds[i + 1]]) + header[1:] for i, (_, header) in enumerate(chain))


def build(packet):
    return build4(packet) if packet.family == 4 else build6(packet)


def built_header(layer):
    # One packet, and not a set of packets to go through, which takes scapy most of its time.
    layer.explicit = 1
    return raw(layer)


def build4(packet):
    flags = packet.reserved * 4 + packet.df * 2 + packet.more * 1
    total = packet.header_length + (len(packet.payload) if packet.declared is None else packet.declared)
    header = IP(
        version=4, ihl=packet.header_length // 4, tos=packet.tos, len=total & 0xFFFF, id=packet.ident, flags=flags,
        frag=packet.offset // 8, ttl=packet.ttl, proto=packet.protocol, src=packet.src, dst=packet.dst, options=[packet.options],
    )  # fmt: skip
    data = built_header(header)
    if packet.header_error:
        data = data[:10] + ((number(data, 10) + packet.header_error) % 0xFFFF).to_bytes(2, "big") + data[12:]
    built = Built(data + packet.payload)
    if packet.ident_group is not None:
        built.free.append((4, "ffff", packet.ident_group))
    if packet.df_free:
        built.free.append((6, "40", None))
    if built.free:
        built.sums.append(("ipv4", 0))
    if packet.free_udp_checksum and len(packet.payload) >= 8:
        built.free.append((packet.header_length + 6, "ffff", None))
    return built


def build6(packet):
    chain = list(packet.chain)
    if packet.is_fragment and all(kind != FRAGMENT for kind, _ in chain):
        raise AssertionError("a fragment without its header")
    first, extensions = link(chain, packet.protocol)
    length = len(extensions) + (len(packet.payload) if packet.declared is None else packet.declared)
    header = IPv6(
        version=6, tc=packet.tos, fl=packet.flow, plen=length & 0xFFFF, nh=first, hlim=packet.ttl, src=packet.src, dst=packet.dst
    )
    built = Built(built_header(header) + extensions + packet.payload)
    if packet.flow_group is not None:
        built.free.append((1, "0fffff", packet.flow_group))
    if packet.ident_group is not None:
        at = 40
        for kind, header in chain:
            if kind == FRAGMENT:
                built.free.append((at + 4, "ffffffff", packet.ident_group))
            at += len(header)
    if packet.free_udp_checksum and len(packet.payload) >= 8:
        built.free.append((packet.header_length + 6, "ffff", None))
    return built


def fragment_header(offset, more, ident, reserved=0):
    return bytes([0, reserved]) + (offset | more).to_bytes(2, "big") + ident.to_bytes(4, "big")


def pseudo_sum(packet, protocol, data):
    """One's-complement sum of pseudo header and data: 0xffff when the checksum in it is right."""
    if packet.family == 4:
        return 0xFFFF - in4_chksum(protocol, addresses4(packet.src, packet.dst), data)
    return 0xFFFF - in6_chksum(protocol, addresses6(packet.src, packet.dst), data)


@lru_cache
def addresses4(src, dst):
    return IP(src=src, dst=dst)


@lru_cache
def addresses6(src, dst):
    return IPv6(src=src, dst=dst)
