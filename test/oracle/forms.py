"""Valid packets for an SA, of every form, as (form, bytes)."""

from dataclasses import replace

from wire import AH, DESTINATION, ESP, FRAGMENT, HOP_BY_HOP, ROUTING, UDP, Packet, build, fragment_header, number, pseudo_sum

# Named as in the registry "IP Option Numbers"; the high bit of the type says that fragments carry it.
OPTIONS = {
    "nop": bytes([1, 1, 1, 0]),
    "end": bytes(4),
    "record-route": bytes([7, 11, 4]) + bytes(8) + b"\0",
    "timestamp": bytes([68, 12, 5, 0]) + bytes(8),
    "router-alert": bytes([148, 4, 0, 0]),
    "loose-route-at-its-end": bytes([131, 7, 8, 10, 3, 3, 3, 0]),
    "strict-route-at-its-end": bytes([137, 7, 8, 10, 3, 3, 4, 0]),
    "security": bytes([130, 3, 0xAB, 0]),
    "stream": bytes([136, 4, 0x12, 0x34]),
    "unknown-copied": bytes([0x9E, 6, 1, 2, 3, 4, 1, 1]),
    "unknown-not-copied": bytes([0x1E, 6, 1, 2, 3, 4, 0, 0]),
    "mixed": bytes([148, 4, 0, 0, 1, 7, 7, 4, 0, 0, 0, 0, 130, 3, 0xAB, 0]),
    "forty-bytes": bytes([7, 39, 4]) + bytes(36) + b"\0",
}
PAD4 = bytes([1, 4, 0, 0, 0, 0])
CHAINS = {
    "hop-by-hop": [(HOP_BY_HOP, bytes([0, 0]) + PAD4)],
    "hop-by-hop-router-alert": [(HOP_BY_HOP, bytes([0, 0, 5, 2, 0, 0, 1, 0]))],
    "hop-by-hop-24": [(HOP_BY_HOP, bytes([0, 2, 1, 20]) + bytes(20))],
    "destination": [(DESTINATION, bytes([0, 0]) + PAD4)],
    "destination-16": [(DESTINATION, bytes([0, 1, 0x1E, 12]) + bytes(range(12)))],
    "routing-3": [(ROUTING, bytes([0, 2, 3, 0, 0, 0, 0, 0]) + bytes.fromhex("20010db8000900000000000000000077"))],
    "routing-4": [(ROUTING, bytes([0, 2, 4, 0, 0, 0, 0, 0]) + bytes.fromhex("20010db8000900000000000000000077"))],
    "routing-unknown": [(ROUTING, bytes([0, 0, 253, 0, 0, 0, 0, 0]))],
    "atomic-fragment": [(FRAGMENT, fragment_header(0, False, 0x01020304))],
    "atomic-fragment-id-0": [(FRAGMENT, fragment_header(0, False, 0))],
}
CHAINS["all"] = [*CHAINS["hop-by-hop"], *CHAINS["destination"], *CHAINS["routing-4"], *CHAINS["destination-16"]]
CHAINS["atomic-fragment-between"] = [*CHAINS["hop-by-hop-24"], *CHAINS["atomic-fragment"], *CHAINS["destination"]]
CHAINS["eight"] = [*CHAINS["hop-by-hop"], *CHAINS["destination"] * 7]
assert all(len(option) % 4 == 0 for option in OPTIONS.values())
LENGTHS = (0, 1, 2, 3, 7, 8, 15, 16, 31, 32, 63, 255, 256, 1000, 1259, 1260, 1261, 1399)
TTLS = (2, 3, 64, 254, 255)
TRAFFIC_CLASSES = (1, 2, 3, 0xB8, 0xBA, 0xFF)


class Maker:
    """Makes packets that an SA matches. `source`: their address."""

    def __init__(self, match, source, random):
        self.match = match
        self.source = source
        self.random = random
        self.family = 6 if ":" in source else 4
        self.kind = match["kind"]
        self.port = match["peerPort"] or 4500

    def body(self, size, sequence=None, spi=None):
        """SPI, sequence number, and `size` bytes as random as ciphertext."""
        spi = self.match["spi"] if spi is None else spi
        sequence = self.random.getrandbits(32) if sequence is None else sequence
        head = spi.to_bytes(4, "big") + sequence.to_bytes(4, "big")
        if self.kind == "ah":
            # The payload is not of a protocol that a dissector would take to pieces.
            icv = self.random.choice((12, 16, 24, 32)) if self.family == 4 else self.random.choice((12, 20, 28))
            return bytes([59, (12 + icv) // 4 - 2, 0, 0]) + head + self.random.randbytes(icv + size)
        return head + self.random.randbytes(size)

    def packet(self, size=40, body=None, port=None, to_port=4500, checksum=None, udp_length=None, **fields):
        """`checksum` of UDP: None the right one, 0 none, else this one."""
        data = self.body(size) if body is None else body
        protocol = {"esp": ESP, "ah": AH, "udp": UDP}[self.kind]
        fields = {"tos": 0, "ttl": 64, "ident": self.random.getrandbits(16), "df": True, **fields}
        if self.family == 6:
            fields["df"], fields["ident"], fields["flow"] = False, 0, fields.get("flow", self.random.getrandbits(20))
        packet = Packet(self.family, self.source, self.match["destination"], protocol=protocol, payload=data, **fields)
        if self.kind == "udp":
            length = 8 + len(data) if udp_length is None else udp_length
            packet.payload = udp(self.port if port is None else port, to_port, length, 0) + data
            packet.payload = with_sum(packet, checksum)
        return packet

    def bytes(self, **fields):
        return build(self.packet(**fields)).data


def udp(source, destination, length, checksum):
    return b"".join(word.to_bytes(2, "big") for word in (source, destination, length & 0xFFFF, checksum))


def with_sum(packet, checksum=None):
    data = packet.payload
    if checksum is None:
        zeroed = data[:6] + bytes(2) + data[8:]
        checksum = 0xFFFF - pseudo_sum(packet, UDP, zeroed[: number(data, 4)]) or 0xFFFF
    return data[:6] + checksum.to_bytes(2, "big") + data[8:]


def valid(maker, zero_sums):
    """All forms. `zero_sums`: UDP may come without checksum over IPv6 too."""
    yield from common(maker)
    yield from (ipv4(maker) if maker.family == 4 else ipv6(maker))
    if maker.kind == "udp":
        yield from encapsulated(maker, zero_sums)


def common(maker):
    for size in LENGTHS:
        yield "length", maker.bytes(size=size, df=bool(size & 1))
    for ttl in TTLS:
        yield "ttl", maker.bytes(ttl=ttl)
    for tos in TRAFFIC_CLASSES:
        yield "traffic-class", maker.bytes(tos=tos)
    if maker.kind != "ah":
        for sequence in (0, 1, 0xFFFFFFFF):
            yield "sequence", maker.bytes(body=maker.body(24, sequence))
    yield "surplus", maker.bytes() + bytes(6)
    yield "surplus", maker.bytes(size=33) + maker.random.randbytes(1)


def ipv4(maker):
    for ident in (0, 1, 0xFFFF):
        yield "identification", maker.bytes(ident=ident)
        yield "identification", maker.bytes(ident=ident, df=False)
    yield "reserved-flag", maker.bytes(reserved=True)
    yield "reserved-flag", maker.bytes(reserved=True, df=False)
    for options in OPTIONS.values():
        yield "options", maker.bytes(options=options, df=maker.random.random() < 0.5)
    for corner in (0x0000, 0x0001, 0xFFFE):
        yield "ipv4-checksum-corner", with_header_sum(maker, corner)
    # 0xffff is the other form of zero, which no sum gives but receivers take.
    packet = bytearray(with_header_sum(maker, 0))
    packet[10:12] = b"\xff\xff"
    yield "ipv4-checksum-ffff", bytes(packet)


def with_header_sum(maker, wanted):
    """A packet whose header checksum is `wanted`: its ID makes up the difference."""
    blank = maker.packet(ident=0)
    have = number(build(blank).data, 10)
    return build(replace(blank, ident=(have - wanted) % 0xFFFF)).data


def ipv6(maker):
    for flow in (0, 1, 0xFFFFF):
        yield "flow-label", maker.bytes(flow=flow)
    for chain in CHAINS.values():
        yield "extension-headers", maker.bytes(chain=chain, size=maker.random.randrange(64))


def encapsulated(maker, zero_sums):
    if maker.family == 4 or zero_sums:
        for size in (0, 1, 40, 1260):
            yield "udp-checksum-0", maker.bytes(checksum=0, size=size)
    for size in (40, 41):
        # Whose sum is zero, so that 0xffff is sent.
        yield "udp-checksum-ffff", with_udp_sum_ffff(maker, size)
    for wrong in (1, 0xFFFE):
        packet = maker.packet()
        # A translated packet's checksum must stay wrong, for the receiver to notice.
        yield "udp-checksum-wrong", build(replace(packet, payload=with_sum(packet, number(packet.payload, 6) ^ wrong or 0x1234))).data
    if maker.match["peerPort"] == 0:
        for port in (1, 500, 4500, 33333, 65535):
            yield "udp-port", maker.bytes(port=port)
    for surplus in (1, 8):
        packet = maker.packet(size=50)
        yield "udp-surplus", build(replace(packet, payload=packet.payload + bytes(surplus))).data


def with_udp_sum_ffff(maker, size):
    """Half of the sequence number makes up the difference to a sum of zero."""
    body = maker.body(size, sequence=0)
    have = number(maker.packet(body=body).payload, 6)
    return maker.bytes(body=body[:4] + (have % 0xFFFF).to_bytes(2, "big") + body[6:])


def leaving_corners(maker, emit):
    """Packets that leave with an IPv4 header checksum of 0x0000, or a UDP checksum that would be. Same family and kind only."""
    source = emit.get("source") or maker.source
    same_kind = emit["kind"] == maker.kind
    if maker.family == 4 and ":" not in source and same_kind:
        blank = maker.packet(ident=0)
        left = replace(blank, src=source, dst=emit["destination"], ttl=blank.ttl - 1)
        for corner in (0x0000, 0xFFFE):
            yield "leaving-ipv4-checksum-corner", build(replace(blank, ident=(number(build(left).data, 10) - corner) % 0xFFFF)).data
    if maker.kind == "udp" and emit["kind"] == "udp":
        for size in (16, 17):
            body = maker.body(size, sequence=0)
            arriving = maker.packet(body=body)
            ports = (emit["sourcePort"] or number(arriving.payload, 0), emit["destinationPort"] or number(arriving.payload, 2))
            data = udp(*ports, len(arriving.payload), 0) + emit["spi"].to_bytes(4, "big") + body[4:]
            left = replace(arriving, src=source, dst=emit["destination"], family=6 if ":" in source else 4, payload=data)
            have = number(with_sum(left), 6) % 0xFFFF
            yield "leaving-udp-checksum-ffff", maker.bytes(body=body[:4] + have.to_bytes(2, "big") + body[6:])


def giants(maker):
    """As long as an IP packet can be, and a little less."""
    for total in (65535, 65507):
        overhead = maker.packet(size=0).length
        if maker.kind == "ah":
            body = maker.body(0)
            body += maker.random.randbytes(total - (20 if maker.family == 4 else 40) - len(body))
            yield "giant", maker.bytes(body=body)
            continue
        yield "giant", maker.bytes(size=total - overhead)
    if maker.kind != "ah" and maker.family == 4:
        yield "giant", maker.bytes(size=65535 - maker.packet(size=0).length, df=False)
