"""Fragments: whole datagrams in and out of order, incomplete ones, overlaps, and fragments that can be part of nothing."""

from dataclasses import replace

from forms import CHAINS, OPTIONS, udp, with_sum
from wire import FRAGMENT, ICMP, ICMP6, build, fragment_header, link


def piece(packet, data, offset, more, ident, before=(), kind=None, **fields):
    """One fragment of a packet: `data` of its fragmentable part."""
    kind = packet.protocol if kind is None else kind
    made = replace(packet, payload=data, offset=offset, more=more, ident=ident, protocol=kind, **fields)
    if packet.family == 6:
        made.chain = [*before, (FRAGMENT, fragment_header(offset, more, ident))]
    else:
        made.df = fields.get("df", False)
    return build(made).data


def split(packet, cuts, ident, **fields):
    """The packet's fragments, cut at these offsets. IPv6: headers before a fragment header stay before it."""
    chain = packet.chain
    kinds = [kind for kind, _ in chain]
    at = kinds.index(FRAGMENT) if FRAGMENT in kinds else len(chain)
    before, after = chain[:at], chain[at + 1 :]
    kind, extensions = link(after, packet.protocol)
    data = extensions + packet.payload
    bounds = [0, *[cut for cut in cuts if cut < len(data)], len(data)]
    return [
        piece(packet, data[a:b], a, b < len(data), ident, before, kind, **fields) for a, b in zip(bounds, bounds[1:])
    ]  # fmt: skip


class Fragments:
    """Sequences of fragments for one SA. Each is a list of packets that are received one after the other."""

    def __init__(self, maker, stranger=None):
        self.maker = maker
        self.random = maker.random
        self.stranger = stranger
        self.ident = 0x1000

    def next_ident(self):
        # tshark takes fragments for one datagram's whose ID and protocol are alike when both are added without carry.
        self.ident += 64
        return self.ident if self.maker.family == 4 else self.ident << 12 | 0xF0000000

    @property
    def least(self):
        """Bytes a first fragment must have for its SPI, in eights; all of AH's header."""
        return {"esp": 8, "udp": 16, "ah": 48}[self.maker.kind]

    def whole(self, cuts, size=300, order=None, **fields):
        kept = {name: fields.pop(name) for name in ("df", "reserved") if name in fields}
        pieces = split(self.maker.packet(size=size, **fields), cuts, self.next_ident(), **kept)
        return [pieces[i] for i in order] if order else pieces

    def sequences(self):
        least = self.least
        yield "fragments-in-order", self.whole([160])
        yield "fragments-in-order", self.whole([least, 200], size=301)
        yield "fragments-in-order", self.whole(list(range(80, 1200, 80)), size=1203)
        yield "fragments-reversed", self.whole([160, 240], order=[2, 1, 0])
        yield "fragments-first-last", self.whole([80, 160, 240], order=[1, 2, 3, 0])
        yield "fragments-last-first", self.whole([80, 160, 240], order=[3, 0, 1, 2])
        for _ in range(3):
            order = list(range(7))
            self.random.shuffle(order)
            cuts = sorted(self.random.sample(range(64, 640, 8), 6))
            yield "fragments-shuffled", self.whole(cuts, size=650 + self.random.randrange(8), order=order)
        yield "fragments-interleaved", [p for two in zip(self.whole([160]), self.whole([80])) for p in two]
        yield "fragments-duplicate", self.whole([80, 160], order=[0, 0, 1, 1, 2])
        yield "fragments-duplicate-waiting", self.whole([80, 160], order=[1, 1, 2, 1, 0])
        yield "fragments-ttl-used-up", self.whole([160, 240], ttl=1)
        yield "fragments-traffic-class", self.whole([160], tos=0xB9, ttl=9)
        yield "fragments-unknown-spi", split(self.unknown(), [80, 160], self.next_ident())
        later = split(self.unknown(), [80, 160], self.next_ident())
        yield "fragments-unknown-spi", [later[2], later[0], later[1]]
        yield from self.overlapping()
        yield from self.short()
        yield from self.impossible()
        yield from (self.of_ipv4() if self.maker.family == 4 else self.of_ipv6())
        if self.maker.kind == "udp":
            yield from self.of_udp()
        if self.stranger:
            yield "fragments-of-stranger", split(replace(self.maker.packet(size=200), src=self.stranger), [80], self.next_ident())
        yield "fragments-of-icmp", self.of_protocol(ICMP if self.maker.family == 4 else ICMP6)
        yield "fragments-of-tcp", self.of_protocol(6)
        for _ in range(6):
            yield from self.soup()
        yield "fragments-many", self.whole(list(range(1400, 30000, 1400)), size=29000)
        # The longest datagram, less the bytes that another header would add.
        if self.maker.kind != "ah":
            size = 65535 - self.maker.packet(size=0).length + (40 if self.maker.family == 6 else 0)
            yield "fragments-giant", self.whole(list(range(16000, 65535, 16000)), size=size)

    def unknown(self):
        packet = self.maker.packet(size=300)
        at = {"esp": 0, "ah": 4, "udp": 8}[self.maker.kind]
        packet.payload = packet.payload[:at] + b"\x77\x77\x77\x77" + packet.payload[at + 4 :]
        return packet

    def of_protocol(self, protocol):
        return split(replace(self.maker.packet(), protocol=protocol, payload=self.random.randbytes(200)), [80], self.next_ident())

    def overlapping(self):
        packet = self.maker.packet(size=400)
        data = packet.payload

        def at(a, b, ident, more=True):
            return piece(packet, data[a:b], a, more, ident)

        ident = self.next_ident()
        yield "fragments-overlap", [at(0, 80, ident), at(72, 160, ident), at(80, 160, ident), at(160, 408, ident, False)]
        ident = self.next_ident()
        yield "fragments-overlap", [at(80, 160, ident), at(120, 200, ident), at(0, 80, ident), at(160, 240, ident)]
        ident = self.next_ident()
        yield "fragments-overlap-within", [at(160, 240, ident), at(80, 320, ident), at(0, 80, ident)]
        ident = self.next_ident()
        yield "fragments-two-ends", [at(0, 80, ident), at(160, 240, ident, False), at(240, 320, ident, False), at(80, 160, ident)]
        ident = self.next_ident()
        yield "fragments-beyond-the-end", [at(0, 80, ident), at(160, 240, ident, False), at(240, 320, ident), at(80, 160, ident)]

    def short(self):
        if self.maker.kind == "esp":
            return
        yield "first-fragment-short", self.whole([8, 80])
        yield "first-fragment-short", self.whole([8, 80], order=[1, 0, 2])

    def impossible(self):
        packet = self.maker.packet(size=400)
        for size, offset, more in ((81, 0, True), (84, 80, True), (0, 0, True), (0, 80, False), (100, 65464, False), (16, 65528, False)):
            yield "bad-fragment", [piece(packet, packet.payload[:size], offset, more, self.next_ident())]
        # The longest that can be.
        yield "fragment-at-the-end", [piece(packet, packet.payload[:71], 65464, False, self.next_ident())]

    def of_ipv4(self):
        for options in ("router-alert", "mixed", "record-route"):
            yield "fragments-options", self.whole([160], options=OPTIONS[options])
        yield "fragments-df", self.whole([160, 240], df=True)
        yield "fragments-reserved-flag", self.whole([160], reserved=True)
        yield "fragments-surplus", [data + bytes(5) for data in self.whole([160])]

    def of_ipv6(self):
        for chain in ("hop-by-hop", "all", "routing-4"):
            yield "fragments-extension-headers", self.whole([160], chain=CHAINS[chain])
        between = [*CHAINS["hop-by-hop"], *CHAINS["atomic-fragment"], *CHAINS["destination-16"]]
        yield "fragments-extension-headers-behind", self.whole([160, 240], chain=between)
        yield "fragments-extension-headers-behind", self.whole([160, 240], chain=between, order=[1, 2, 0])
        yield "fragments-chain-cut", self.whole([8, 160], chain=between)
        yield "fragments-surplus", [data + bytes(5) for data in self.whole([160])]
        yield "fragments-flow-label", self.whole([160], flow=0xABCDE)

    def of_udp(self):
        if self.maker.family == 4:
            yield "fragments-udp-checksum-0", self.whole([160, 240], checksum=0)
            yield "fragments-udp-checksum-0", self.whole([160, 240], checksum=0, order=[2, 0, 1])
            yield "fragments-udp-checksum-0", self.whole([160, 240], checksum=0, size=303, order=[1, 2, 0])
        packet = self.maker.packet(body=bytes(4) + self.random.randbytes(300))
        yield "fragments-ike", split(packet, [160], self.next_ident())
        packet = self.maker.packet(size=300)
        packet.payload = udp(4500, 500, len(packet.payload), 0) + packet.payload[8:]
        packet.payload = with_sum(packet)
        yield "fragments-ike", split(packet, [160], self.next_ident())

    def soup(self):
        """Random pieces of one datagram: they meet, overlap, end twice, or fill it."""
        packet = self.maker.packet(size=self.random.randrange(100, 160))
        size = len(packet.payload)
        ident = self.next_ident()
        unit = self.random.choice((16, 48))
        pieces = []
        for _ in range(self.random.randrange(3, 9)):
            a = self.random.randrange(0, size, unit)
            b = min(a + unit * self.random.choice((1, 1, 1, 2)), size)
            more = b < size if self.random.random() < 0.95 else b == size
            pieces.append(piece(packet, packet.payload[a:b], a, more, ident))
        yield "fragments-soup", pieces

    def unfinished(self):
        """To be received before a pause."""
        yield "fragments-unfinished", self.whole([80, 160, 240], order=[1, 3])
        yield "fragments-unfinished", self.whole([80, 160, 240], order=[2, 0])


