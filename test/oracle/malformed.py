"""Packets that an SA must not be used for, or that are damaged, as (form, bytes)."""

from dataclasses import replace

from scapy.utils import checksum

from forms import CHAINS, PAD4, udp
from wire import AH, DESTINATION, ESP, FRAGMENT, HOP_BY_HOP, ICMP, ICMP6, ROUTING, UDP, build


def mended(data):
    """With the IPv4 header checksum right for the header as it is, so that other damage is met behind it."""
    data = bytearray(data)
    ihl = (data[0] & 15) * 4 if data else 0
    if data and data[0] >> 4 == 4 and 20 <= ihl <= len(data):
        data[10:12] = b"\0\0"
        data[10:12] = checksum(bytes(data[:ihl])).to_bytes(2, "big")
    return bytes(data)


def patched(data, at, value):
    return mended(data[:at] + bytes(value) + data[at + len(value) :])


def malformed(maker):
    good = maker.bytes(size=32)
    yield "empty", b""
    for version in (0, 5, 7, 15):
        yield "version", patched(good, 0, [version << 4 | good[0] & 15])
    header = 20 if maker.family == 4 else 40
    for size in (1, 4, header - 1, header, header + 3, header + 7, len(good) - 1):
        yield "cut", good[:size]
    yield from (ipv4(maker, good) if maker.family == 4 else ipv6(maker, good))
    yield from ipsec(maker)
    yield from others(maker)
    for spi in (1, 255, 0x12345678, 0xFFFFFFFE):
        if maker.kind != "udp" or spi:
            yield "unknown-spi", build(with_spi(maker, spi)).data
    for ttl in (0, 1):
        yield "ttl-used-up", maker.bytes(ttl=ttl, size=700)
        yield "ttl-used-up", maker.bytes(ttl=ttl, size=8) + b"surplus"
        yield "ttl-used-up", build(with_spi(maker, 0x12345678, ttl=ttl)).data
    for source in ("127.0.0.1", "224.0.0.1", "0.0.0.0") if maker.family == 4 else ("::1", "ff02::1", "::"):
        yield "ttl-used-up-of-nobody", build(replace(maker.packet(ttl=1), src=source)).data
    if maker.family == 4:
        yield "ttl-used-up-of-nobody", build(replace(maker.packet(ttl=1), src="255.255.255.255")).data
    yield "ttl-used-up-long", maker.bytes(ttl=1, size=1400)


def with_spi(maker, spi, **fields):
    if maker.kind == "ah":
        body = maker.body(20)
        return maker.packet(body=body[:4] + spi.to_bytes(4, "big") + body[8:], **fields)
    return maker.packet(body=maker.body(20, spi=spi), **fields)


def ipv4(maker, good):
    for ihl in (0, 4):
        yield "ihl", patched(good, 0, [0x40 | ihl])
        yield "ihl", good[:0] + bytes([0x40 | ihl]) + good[1:]
    for total in (0, 19, len(good) + 1, 65535):
        yield "total-length", patched(good, 2, total.to_bytes(2, "big"))
    yield "header-beyond", patched(good, 0, [0x4F])
    for at in (1, 8, 10, 11, 15, 19):
        yield "ipv4-checksum-wrong", good[:at] + bytes([good[at] ^ 0x10]) + good[at + 1 :]


def ipv6(maker, good):
    yield "payload-length", patched(good, 4, (len(good) - 39).to_bytes(2, "big"))
    yield "payload-length", patched(good, 4, b"\xff\xff")
    yield "payload-length", patched(good, 4, b"\0\0")
    for at in (8, 24):
        yield "ipv4-mapped", patched(good, at, bytes(10) + b"\xff\xff\x0a\x01\x02\x03")
    bad = {
        "hop-by-hop-later": [*CHAINS["destination"], *CHAINS["hop-by-hop"]],
        "two-hop-by-hop": CHAINS["hop-by-hop"] * 2,
        "nine": CHAINS["destination"] * 9,
        "segments-left": [(ROUTING, bytes([0, 2, 2, 1, 0, 0, 0, 0]) + bytes(16))],
        "segments-left-unknown": [(ROUTING, bytes([0, 0, 253, 255, 0, 0, 0, 0]))],
        "two-fragment-headers": CHAINS["atomic-fragment"] * 2,
        "beyond": [(DESTINATION, bytes([0, 200]) + PAD4)],
        "hop-by-hop-beyond": [(HOP_BY_HOP, bytes([0, 31]) + PAD4)],
    }
    for chain in bad.values():
        yield "bad-extension", maker.bytes(chain=chain, size=24)
    for kind in (HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION):
        for size in (0, 1, 7):
            yield "cut-extension", build(replace(maker.packet(), protocol=kind, payload=bytes(size))).data
    cut = replace(maker.packet(chain=CHAINS["hop-by-hop"]), protocol=DESTINATION, payload=bytes([50, 1, *PAD4]))
    yield "cut-extension", build(cut).data


def ipsec(maker):
    protocol = {"esp": ESP, "ah": AH, "udp": UDP}[maker.kind]
    for size in (0, 3, 4, 7):
        yield "short", build(replace(maker.packet(), payload=bytes(range(1, size + 1)), protocol=protocol)).data
    if maker.kind == "ah":
        body = maker.body(0)
        yield "short", maker.bytes(body=body[:11])
        yield "ah-length", maker.bytes(body=body[:1] + bytes([len(body) // 4 - 1]) + body[2:])
        yield "ah-length", maker.bytes(body=body[:1] + b"\xff" + body[2:])
        yield "spi-zero", maker.bytes(body=body[:4] + bytes(4) + body[8:])
    elif maker.kind == "esp":
        yield "spi-zero", maker.bytes(body=bytes(4) + maker.body(9)[4:])
    else:
        yield from malformed_udp(maker)


def malformed_udp(maker):
    yield "keepalive", maker.bytes(body=b"\xff")
    yield "keepalive", maker.bytes(body=b"\xff", port=1025) + bytes(18)
    for body in (b"", b"\0", b"\xfe", b"\xff\xff", b"\xff\xff\xff", bytes(3)):
        yield "udp-short", maker.bytes(body=body)
    for body in (bytes(4), bytes(32), bytes(4) + maker.random.randbytes(28)):
        yield "ike-4500", maker.bytes(body=body)
    for size in (4, 7):
        yield "udp-esp-short", maker.bytes(body=maker.body(0)[:size])
    packet = maker.packet(size=24)
    for length in (0, 7, len(packet.payload) + 1, 65535):
        yield "udp-length", with_udp_length(packet, length)
    # The length leaves some of it out: IKE, too short, a keepalive.
    for length in (8, 9, 11, 12, 15):
        yield "udp-length-less", with_udp_length(packet, length)
    if maker.family == 6:
        yield "udp-checksum-0", maker.bytes(checksum=0)


def with_udp_length(packet, length):
    data = packet.payload
    return build(replace(packet, payload=data[:4] + length.to_bytes(2, "big") + data[6:])).data


def others(maker):
    """Packets that are not IPsec at all."""
    base = maker.packet()
    body = maker.random.randbytes(24)
    for port, to_port in ((500, 500), (4500, 500), (4500, 4501), (53, 53), (500, 1), (4500, 33333)):
        yield "other-udp", build(replace(base, protocol=UDP, payload=udp(port, to_port, 32, 0x1234) + body)).data
    yield "other-udp-short", build(replace(base, protocol=UDP, payload=b"\x11\x94\x11\x94")).data
    for protocol in (6, 47, 59, 132, 255, ICMP6 if maker.family == 4 else ICMP, 0 if maker.family == 4 else 135):
        yield "other-protocol", build(replace(base, protocol=protocol, payload=body)).data
    # The other kinds of IPsec with the same SPI.
    spi = maker.match["spi"].to_bytes(4, "big")
    kinds = {
        "esp": (ESP, spi + body),
        "ah": (AH, bytes([59, 4, 0, 0]) + spi + body),
        "udp": (UDP, udp(4500, 4500, 36, 0x4321) + spi + body),
    }
    for kind, (protocol, payload) in kinds.items():
        if kind != maker.kind:
            yield "other-kind", build(replace(base, protocol=protocol, payload=payload)).data


def mutated(maker, count):
    """Random damage of valid packets, most of it in the headers, the IPv4 checksum mended mostly."""
    random = maker.random
    for _ in range(count):
        fields = {"size": random.randrange(40)}
        if maker.family == 6 and random.random() < 0.5:
            fields["chain"] = random.choice(list(CHAINS.values()))
        if maker.family == 4:
            fields["df"] = random.random() < 0.5
        data = bytearray(maker.bytes(**fields))
        for _ in range(random.randrange(1, 4)):
            at = random.randrange(min(len(data), 64) if random.random() < 0.8 else len(data))
            if not touches_fragment(maker.family, at):
                data[at] = random.choice((0, 255, random.randrange(256), data[at] ^ 1 << random.randrange(8)))
        data = bytes(data)
        if random.random() < 0.8:
            data = mended(data)
        if random.random() < 0.1:
            data = data[: random.randrange(len(data))]
        yield "mutated", data


def touches_fragment(family, at):
    """Fragments have a corpus of their own; here each packet stands alone."""
    return family == 4 and at in (6, 7)
