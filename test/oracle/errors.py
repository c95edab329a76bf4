"""ICMP: echo requests, errors about packets that an SA emitted, and errors about packets that are not the relay's, as (form, bytes)."""

from dataclasses import replace

from forms import CHAINS, OPTIONS, Maker
from icmp import plain_sum
from wire import FRAGMENT, ICMP, ICMP6, Packet, build, fragment_header, pseudo_sum

UNREACHABLE_CODES = {4: range(0, 17), 6: range(0, 8)}


def icmp_packet(family, source, destination, message, ttl=60, tos=0xC0, wrong=0, **fields):
    """`wrong`: added to the right checksum."""
    packet = Packet(family, source, destination, tos, ttl, ICMP if family == 4 else ICMP6, b"", **fields)
    data = bytes(message[:2]) + bytes(2) + bytes(message[4:])
    total = plain_sum(data) if family == 4 else pseudo_sum(packet, ICMP6, data)
    checksum = (0xFFFF - total + wrong) % 0x10000
    return build(replace(packet, payload=data[:2] + checksum.to_bytes(2, "big") + data[4:])).data


def echoes(family, source, relay, random):
    request = [8 if family == 4 else 128, 0, 0, 0]
    for size in (0, 1, 56, 1400):
        message = [*request, *random.randbytes(4 + size)]
        yield "echo", icmp_packet(family, source, relay, message, ident=random.getrandbits(16) if family == 4 else 0)
    yield "echo", icmp_packet(family, source, relay, [*request, *random.randbytes(12)], ttl=1, tos=0)
    yield "echo", icmp_packet(family, source, relay, [*request, *random.randbytes(12)], ttl=255, tos=0xBB)
    yield "echo-surplus", icmp_packet(family, source, relay, [*request, *random.randbytes(12)]) + random.randbytes(5)
    for nobody in ("0.1.2.3", "127.0.0.1", "224.0.0.1", "255.255.255.255") if family == 4 else ("::", "::1", "ff02::1"):
        yield "echo-of-nobody", icmp_packet(family, nobody, relay, [*request, *random.randbytes(12)])
    # All zeros but the type: the answer's sum is zero, which has to be sent as 0xffff in IPv4.
    yield "echo-zeros", icmp_packet(family, source, relay, [*request, 0, 0, 0, 0])
    yield "echo-zeros", icmp_packet(family, source, relay, [*request, *bytes(36)])
    for ident in (0xF7FF, 0xF800, 0x7FFF):
        yield "echo-corner", icmp_packet(family, source, relay, [*request, *ident.to_bytes(2, "big"), 0, 0])
    yield "echo-wrong", icmp_packet(family, source, relay, [*request, *random.randbytes(12)], wrong=1)
    yield "echo-short", build(Packet(family, source, relay, 0, 64, ICMP if family == 4 else ICMP6, bytes(request[:1]) + bytes(6))).data
    for kind in (0, 5, 4, 9, 13, 15, 17, 30) if family == 4 else (129, 130, 133, 135, 137, 143, 200):
        yield "icmp-other", icmp_packet(family, source, relay, [kind, 0, 0, 0, *random.randbytes(28)])


class Errors:
    """Errors about packets that `sa` emitted, from a router beyond."""

    def __init__(self, sa, router, random, own_source):
        emit = sa["emit"]
        self.sa = sa
        self.router = router
        self.random = random
        self.source = emit.get("source") or own_source
        self.family = 6 if ":" in self.source else 4
        self.ports = (emit["sourcePort"] or 4500, emit["destinationPort"] or 4500)
        match = {"kind": emit["kind"], "destination": emit["destination"], "spi": emit["spi"], "peerPort": 0}
        self.maker = Maker(match, self.source, random)

    def emitted(self, size=200, **fields):
        """A packet as the relay might have emitted it, less a few hops."""
        return self.maker.packet(size=size, port=self.ports[0], to_port=self.ports[1], ttl=51, **fields)

    def error(self, head, quote, **fields):
        """`head`: type, code, and the four bytes that differ."""
        kind, code, *rest = head
        return icmp_packet(self.family, self.router, self.source, [kind, code, 0, 0, *rest, *quote], **fields)

    @property
    def least(self):
        """Bytes of the quoted packet's payload that show the SPI."""
        return {"esp": 4, "ah": 8, "udp": 12}[self.maker.kind]

    def quote(self, beyond=None, **fields):
        """The emitted packet's header, and `beyond` bytes of its payload; None: all."""
        packet = self.emitted(**fields)
        data = build(packet).data
        return data if beyond is None else data[: packet.header_length + beyond]

    def all(self):
        unreachable = [3, 0] if self.family == 4 else [1, 0]
        for code in UNREACHABLE_CODES[self.family]:
            if (self.family, code) != (4, 4):
                yield "icmp-unreachable", self.error([unreachable[0], code, 0, 0, 0, 0], self.quote(64))
        for code in (0, 1, 2):
            yield "icmp-time-exceeded", self.error([11 if self.family == 4 else 3, code, 0, 0, 0, 0], self.quote(64))
        yield from self.parameter_problems()
        for beyond in (self.least, self.least + 4, self.least + 5, 100, 101, None):
            yield "icmp-quote-length", self.error([*unreachable, 0, 0, 0, 0], self.quote(beyond))
        for size in (519, 520, 528, 1000, 1192, 1400):
            yield "icmp-quote-long", self.error([*unreachable, 0, 0, 0, 0], self.quote(size=size))
        for size in (0, 1, 3):
            yield "icmp-quote-of-short", self.error([*unreachable, 0, 0, 0, 0], self.quote(size=size))
        forms = [{"ttl": 1}, {"ttl": 2}, {"ttl": 255}, {"tos": 0}, {"tos": 0xBB}]
        if self.family == 4:
            forms += [{"df": True}, {"ident": 0x1234, "reserved": True}, {"options": OPTIONS["router-alert"]}]
        else:
            forms += [{"flow": 0xABCDE}, {"chain": CHAINS["destination"]}]
        for fields in forms:
            yield "icmp-outer", self.error([*unreachable, 0, 0, 0, 0], self.quote(80), **fields)
        yield "icmp-surplus", self.error([*unreachable, 0, 0, 0, 0], self.quote(80)) + bytes(7)
        for fields in ({"tos": 0x2B}, {"tos": 0xFF}):
            yield "icmp-quote-traffic-class", self.error([*unreachable, 0, 0, 0, 0], self.quote(80, **fields))
        yield from self.quoted_forms(unreachable)
        yield from self.extended(unreachable)
        yield from self.too_big()
        yield from self.unmatched(unreachable)

    def parameter_problems(self):
        for pointer in range(0, 41) if self.family == 6 else range(0, 22):
            head = [12, 0, pointer, 0, 0, 0] if self.family == 4 else [4, 0, 0, 0, 0, pointer]
            yield "icmp-parameter-problem", self.error(head, self.quote(40))
        for code in (1, 2, 3):
            head = [12, code, 8, 0, 0, 0] if self.family == 4 else [4, code, 0, 0, 0, 6]
            yield "icmp-parameter-problem", self.error(head, self.quote(40))

    def quoted_forms(self, unreachable):
        head = [*unreachable, 0, 0, 0, 0]
        if self.family == 4:
            yield "icmp-quote-options", self.error(head, self.quote(60, options=OPTIONS["router-alert"]))
            yield "icmp-quote-options", self.error(head, self.quote(60, options=OPTIONS["forty-bytes"]))
            yield "icmp-quote-without-df", self.error(head, self.quote(60, df=False))
            yield "icmp-quote-first-fragment", self.error(head, self.quote(64, df=False, more=True))
        else:
            for chain in ("hop-by-hop", "all", "atomic-fragment"):
                yield "icmp-quote-extension-headers", self.error(head, self.quote(60, chain=CHAINS[chain]))
            first = [(FRAGMENT, fragment_header(0, True, 0x12345678))]
            yield "icmp-quote-first-fragment", self.error(head, self.quote(64, chain=first, more=True))
            later = build(replace(self.emitted(), chain=[(FRAGMENT, fragment_header(160, True, 0x12345678))], more=True)).data
            yield "icmp-quote-later-fragment", self.error(head, later)
        if self.maker.kind == "udp" and self.family == 4:
            yield "icmp-quote-udp-checksum-0", self.error(head, self.quote(60, checksum=0))
            yield "icmp-quote-udp-checksum-0", self.error(head, self.quote(checksum=0))

    def extended(self, unreachable):
        """RFC 4884: the original datagram's length, and extensions behind it."""
        extension = bytes([0x20, 0, 0, 0, 0, 8, 1, 1, 0, 0, 0x40, 0xFF])
        for size in (128, 160):
            quote = self.quote(size=200)[:size]
            if self.family == 4:
                heads = [[3, 0, 0, size // 4, 0, 0], [11, 0, 0, size // 4, 0, 0], [12, 0, 8, size // 4, 0, 0], [3, 4, 0, size // 4, 5, 120]]
            else:
                heads = [[1, 0, size // 8, 0, 0, 0], [3, 0, size // 8, 0, 0, 0]]
            for head in heads:
                yield "icmp-extended", self.error(head, quote + extension)

    def mutated(self, count):
        """Random damage to type, code and quotes, the checksum right."""
        for _ in range(count):
            kind = self.random.choice((3, 11, 12) if self.family == 4 else (1, 2, 3, 4))
            head = [kind, self.random.randrange(6), 0, 0, 0, 0]
            fields = {"chain": self.random.choice(list(CHAINS.values()))} if self.family == 6 and self.random.random() < 0.4 else {}
            quote = bytearray(self.quote(self.random.choice((self.least, 40, None)), **fields))
            for _ in range(self.random.randrange(1, 4)):
                at = self.random.randrange(min(len(quote), 60))
                quote[at] = self.random.choice((0, 255, self.random.randrange(256), quote[at] ^ 1 << self.random.randrange(8)))
            yield "icmp-mutated", self.error(head, bytes(quote))

    def too_big(self):
        """MTUs above the lengths of this scene's packets, so that they lower nothing for the others."""
        for mtu in (65535, 9000, 4000, 1501, 1500, 1492, 1400, 1300, 1280, 1000, 576, 68, 1):
            yield "icmp-too-big", self.error(self.too_big_head(mtu), self.quote(size=1400)[:576])
        if self.family == 6:
            for mtu in (65536, 0x12345678, 0xFFFFFFFF):
                yield "icmp-too-big", self.error(self.too_big_head(mtu), self.quote(size=1400)[:600])
            yield "icmp-too-big", self.error([2, 7, 0, 0, 5, 220], self.quote(size=1400)[:600])
        else:
            for size in (1472, 1460, 1400, 980, 600, 500, 40):
                yield "icmp-too-big-without-mtu", self.error(self.too_big_head(0), self.quote(size=size)[:500])

    def too_big_head(self, mtu):
        return [3, 4, 0, 0, *mtu.to_bytes(2, "big")] if self.family == 4 else [2, 0, *mtu.to_bytes(4, "big")]

    def unmatched(self, unreachable):
        head = [*unreachable, 0, 0, 0, 0]
        yield "icmp-quote-short", self.error(head, self.quote(self.least - 1))
        yield "icmp-quote-short", self.error(head, b"")
        yield "icmp-quote-short", self.error(head, self.quote()[: 19 if self.family == 4 else 39])
        yield "icmp-wrong", self.error(head, self.quote(64), wrong=0x100)
        quote = self.emitted()
        for changed in (
            replace(quote, src=quote.dst),
            replace(quote, dst=self.router),
            replace(quote, dst=quote.src, src=quote.dst),
            replace(quote, protocol=6),
            replace(quote, protocol=ICMP if self.family == 4 else ICMP6),
        ):
            yield "icmp-unmatched", self.error(head, build(changed).data)
        at = {"esp": 0, "ah": 4, "udp": 8}[self.maker.kind]
        data = quote.payload[:at] + b"\x55\x66\x77\x88" + quote.payload[at + 4 :]
        yield "icmp-unmatched", self.error(head, build(replace(quote, payload=data)).data)
        if self.maker.kind == "udp":
            data = quote.payload[:8] + bytes(4) + quote.payload[12:]
            yield "icmp-unmatched-ike", self.error(head, build(replace(quote, payload=data)).data)
            if self.sa["emit"]["sourcePort"]:
                yield "icmp-unmatched", self.error(head, build(replace(quote, payload=b"\x00\x99" + quote.payload[2:])).data)
        if self.family == 4:
            later = build(replace(quote, df=False, offset=160)).data
            yield "icmp-quote-later-fragment", self.error(head, later)
        other_version = bytes([0x64 if self.family == 4 else 0x46]) + build(quote).data[1:]
        yield "icmp-quote-other-version", self.error(head, other_version)
        # An ICMP error in an ICMP error, about whatever.
        inner = self.error(head, self.quote(20))
        yield "icmp-about-icmp", icmp_packet(self.family, self.router, self.source, [*unreachable, 0, 0, 0, 0, 0, 0, *inner])
