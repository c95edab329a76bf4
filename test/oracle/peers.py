"""The SAs of each scene: every pair of family and encapsulation, in both roles."""

FAMILIES = (4, 6)


class Place:
    """Addresses of one scene, its own: fragments of two scenes are never taken for one datagram's."""

    def __init__(self, number):
        self.number = number

    def address(self, family, group, host):
        return f"10.{group}.{self.number}.{host}" if family == 4 else f"2001:db8:{group}:{self.number:x}::{host:x}"

    def first(self, family):
        return self.address(family, 1, 1)

    def other(self, family):
        return self.address(family, 1, 2)

    def relay(self, family, host=9):
        return self.address(family, 9, host)

    def second(self, family, host=1):
        return self.address(family, 2, host)


def sa(match, emit, **more):
    return {"match": match, "emit": emit, "hairpin": False, "mtu": 65535, **more}


def match(kind, destination, spi, peer=None, port=0):
    return {"kind": kind, "destination": destination, "spi": spi, "peerPort": port, **({"peer": peer} if peer else {})}


def emit(kind, destination, spi, source=None, ports=(0, 0)):
    made = {"kind": kind, "destination": destination, "spi": spi, "sourcePort": ports[0], "destinationPort": ports[1]}
    return {**made, **({"source": source} if source else {})}


def pairs():
    """(match family, emit family, match kind, emit kind): all that IPsec allows."""
    for before in FAMILIES:
        for after in FAMILIES:
            for kind in ("esp", "udp"):
                for to_kind in ("esp", "udp"):
                    yield before, after, kind, to_kind
    for family in FAMILIES:
        yield family, family, "ah", "ah"


def pair_name(pair):
    before, after, kind, to_kind = pair
    return f"IPv{before} {kind} to IPv{after} {to_kind}"


def ports_of(to_kind, *ports):
    return ports if to_kind == "udp" else (0, 0)


def relay_sas(place, pair):
    """Corner SPIs both ways, ports kept and changed, peers required and not."""
    before, after, kind, to_kind = pair
    there, source = place.relay(before), place.relay(after)
    port = 4500 if kind == "udp" else 0
    kept = ports_of(to_kind, 0, 0) if kind == "udp" else ports_of(to_kind, 4500, 4500)

    def one(spi, to_spi, host, ports, peer=None, peer_port=0):
        return sa(match(kind, there, spi, peer, peer_port), emit(to_kind, place.second(after, host), to_spi, source, ports))

    return [
        one(0xAAAA0001, 0x22220001, 1, ports_of(to_kind, 4500, 4500)),
        one(0x00000100, 0xFFFFFFFF, 2, ports_of(to_kind, 4501, 12345)),
        one(0xFFFFFFFF, 0x00000100, 3, ports_of(to_kind, 65535, 4500)),
        one(0x80000000, 0x80000000, 4, kept),
        one(0x00000021, 0xFF00FF00, 5, ports_of(to_kind, 4500, 4500)),
        one(0xBBBB0001, 0x00FF00FF, 6, ports_of(to_kind, 4500, 4500), place.first(before), port),
        one(0xBBBB0001, 0x33330001, 7, ports_of(to_kind, 4500, 4500), place.other(before)),
    ]


def edge_pairs():
    for family in FAMILIES:
        for kind, to_kind in (("esp", "esp"), ("udp", "udp"), ("ah", "ah"), ("esp", "udp"), ("udp", "esp")):
            yield family, family, kind, to_kind


def edge_sas(place, pair):
    """Out: the SPI that the kernel computed with becomes the wire's. In: back. AH swaps the addresses too."""
    family, _, kind, to_kind = pair
    ports = ports_of(to_kind, 4500, 4500) if kind != to_kind else (0, 0)
    far, near = place.relay(family), place.first(family)
    if kind == "ah":
        return [
            sa(match("ah", place.second(family), 0x22220001), emit("ah", far, 0xAAAA0001, near)),
            sa(match("ah", near, 0xBBBB0001), emit("ah", near, 0x11110001, place.second(family))),
        ]
    return [
        sa(match(kind, far, 0x22220001), emit(to_kind, far, 0xAAAA0001, None, ports)),
        sa(match(kind, far, 0x00000100), emit(to_kind, far, 0xFFFFFFFF, None, ports)),
        sa(match(kind, near, 0xBBBB0001), emit(to_kind, near, 0x11110001, None, ports)),
    ]
