"""ICMP: echoes, errors that the relay makes, and errors about its packets that it translates (RFC 7915 sections 4.2 and 5.2)."""

from dataclasses import replace

from scapy.utils import checksum

from rewrite import PROTOCOLS, udp_header, updated
from wire import AH, ESP, FRAGMENT, ICMP, ICMP6, UDP, Built, Drop, Packet, build, fields4, fields6, fragment_header, number, pseudo_sum

FLOOR = {4: 576, 6: 1280}
PROTOCOL = {4: ICMP, 6: ICMP6}
ECHO_REQUEST, ECHO_REPLY = {4: 8, 6: 128}, {4: 0, 6: 129}
ERRORS = {4: (3, 11, 12), 6: (1, 2, 3, 4)}
# RFC 1191 section 7.1.
PLATEAUS = (65535, 32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68)
# RFC 7915 figures 3 and 6: where a field is in the other family's header.
POINTERS_4_TO_6 = {0: 0, 1: 1, 2: 4, 3: 4, 8: 7, 9: 6, **dict.fromkeys(range(12, 16), 8), **dict.fromkeys(range(16, 20), 24)}
POINTERS_6_TO_4 = {0: 0, 1: 1, 4: 2, 5: 2, 6: 9, 7: 8, **dict.fromkeys(range(8, 24), 12), **dict.fromkeys(range(24, 40), 16)}
UNREACHABLE_4_TO_6 = {**dict.fromkeys((0, 1, 5, 6, 7, 8, 11, 12), 0), **dict.fromkeys((9, 10, 13, 15), 1), 3: 4}
UNREACHABLE_6_TO_4 = {0: 1, 1: 10, 2: 1, 3: 1, 4: 3}


def finished(packet, message, quote=None):
    """An ICMP packet of `packet`'s header and the message (a Built when it quotes free fields), its checksum right."""
    inner = quote or Built(b"")
    data = bytes(message[:2]) + bytes(2) + bytes(message[4:]) + inner.data
    # In IPv4 no pseudo header is summed.
    total = pseudo_sum(packet, ICMP6, data) if packet.family == 6 else plain_sum(data)
    data = data[:2] + (0xFFFF - total).to_bytes(2, "big") + data[4:]
    outer = build(replace(packet, protocol=PROTOCOL[packet.family], payload=data))
    at = packet.header_length
    free, sums = inner.moved(at + len(message))
    if free:
        sums = [*sums, ("icmp" if packet.family == 4 else "icmpv6", at)]
    return Built(outer.data, free + outer.free, sums + outer.sums)


def plain_sum(data):
    """One's-complement sum of 16-bit words, 0 only when all are zero."""
    data += bytes(len(data) % 2)
    total = sum(number(data, at) for at in range(0, len(data), 2))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def check_length(packet):
    """Raises Drop."""
    if len(packet.payload) < 8:
        raise Drop("bad-icmp")


def check_sum(packet):
    """Raises Drop."""
    data = packet.payload
    total = plain_sum(data) if packet.family == 4 else pseudo_sum(packet, ICMP6, data)
    if total != 0xFFFF:
        raise Drop("bad-icmp")


def echo_reply(packet, ttl):
    message = bytes([ECHO_REPLY[packet.family], *packet.payload[1:]])
    reply = replace(packet, src=packet.dst, dst=packet.src, ttl=ttl, flow_group="any" if packet.family == 6 else None)
    return finished(reply, message)


def may_be_told(packet):
    """The packets about which an error may be made (RFC 1812 section 4.3.2.7, RFC 4443 section 2.4)."""
    if packet.offset > 0:
        return False
    if packet.protocol == PROTOCOL[packet.family] and packet.payload[:1] and is_error_type(packet.family, packet.payload[0]):
        return False
    return may_be_answered(packet)


def may_be_answered(packet):
    """Whether its source is one host's (RFC 1122 section 3.2.1.3)."""
    if packet.family == 6:
        return not packet.src.startswith("ff") and packet.src not in ("::", "::1")
    first = int(packet.src.split(".")[0])
    return first != 0 and first != 127 and first < 224


def is_error_type(family, kind):
    return kind < 128 if family == 6 else kind in (3, 4, 5, 11, 12)


def own_error(packet, raw, name, ttl, mtu=0):
    """Time Exceeded or "too big" about a packet as it came, to its sender."""
    family = packet.family
    kind, code = {(4, "time"): (11, 0), (6, "time"): (3, 0), (4, "big"): (3, 4), (6, "big"): (2, 0)}[family, name]
    header = Packet(family, packet.dst, packet.src, 0, ttl, PROTOCOL[family], b"")
    header.flow_group = "any" if family == 6 else None
    header.ident_group, header.df_free = ("any", True) if family == 4 else (None, False)
    room = FLOOR[family] - header.header_length - 8
    built = finished(header, bytes([kind, code, 0, 0]) + mtu.to_bytes(4, "big") + raw[:room])
    # Which precedence an error has is left open (RFC 1812 section 4.3.2.5).
    built.free.append((1, "ff", None) if family == 4 else (0, "0ff0", None))
    return built


def quoted(family, data):
    """The packet an error quotes, and the words that find its SA: (Packet, kind, SPI, UDP ports). Raises Drop."""
    unmatched = Drop("icmp-unmatched")
    if family == 4:
        ihl = (data[0] & 15) * 4 if data else 0
        if len(data) < 20 or data[0] >> 4 != 4 or ihl < 20 or ihl > len(data):
            raise unmatched
        packet = fields4(data, ihl, data[ihl:])
        packet.declared = number(data, 2) - ihl
        packet.header_error = -checksum(data[:ihl]) % 0xFFFF
    else:
        if len(data) < 40 or data[0] >> 4 != 6:
            raise unmatched
        try:
            packet = fields6(data, data[40:])
        except Drop:
            raise unmatched from None
        packet.declared = number(data, 4) - (packet.header_length - 40)
    if packet.offset > 0 or packet.declared < 0:
        raise unmatched
    packet.payload = packet.payload[: packet.declared]
    at, needed, kind = {ESP: (0, 4, "esp"), AH: (4, 8, "ah"), UDP: (8, 12, "udp")}.get(packet.protocol, (0, 0, None))
    if kind is None or len(packet.payload) < needed:
        raise unmatched
    ports = (number(packet.payload, 0), number(packet.payload, 2)) if kind == "udp" else (0, 0)
    return packet, kind, number(packet.payload, at, 4), ports


def sa_of(sas, quote, kind, spi, ports):
    """The SA that emitted it. Raises Drop."""
    for sa in sas:
        emit = sa.emit
        same = (emit["kind"], emit["destination"], emit["spi"]) == (kind, quote.dst, spi)
        if same and emit.get("source") in (None, quote.src):
            if kind != "udp" or all(e in (0, p) for e, p in zip((emit["sourcePort"], emit["destinationPort"]), ports)):
                return sa
    raise Drop("icmp-unmatched")


def cut_extensions(family, data):
    """RFC 4884: the message without the extensions behind the original datagram, and with no length of it."""
    message, quote = bytearray(data[:8]), data[8:]
    at, unit = (5, 4) if family == 4 else (4, 8)
    if message[0] in ((3, 11, 12) if family == 4 else (1, 3)) and message[at]:
        quote = quote[: message[at] * unit]
        message[at] = 0
    return message, quote


def translated_message(message, sa, quote_length):
    """The first eight bytes for the other end, and the MTU that the egress is known to have now, if told. Raises Drop."""
    match, emit = sa.families
    kind, code = message[0], message[1]
    mtu = None
    if emit == 4 and (kind, code) == (3, 4):
        mtu = number(message, 6) or next((p for p in PLATEAUS if p < quote_length), 68)
    elif emit == 6 and kind == 2:
        mtu = number(message, 4, 4)
    if mtu is not None:
        # No packet is longer than 65,535 bytes, whatever a Packet Too Big says with its 32 bits.
        told = min(max(mtu - sa.delta, FLOOR[match]), 65535)
        head = message if match == emit else bytes([3, 4] if match == 4 else [2, 0]) + bytes(6)
        return (head[:6] + told.to_bytes(2, "big") if match == 4 else head[:4] + told.to_bytes(4, "big")), min(mtu, 65535)
    if match == emit:
        return message, None
    new = four_to_six(kind, code, message[4]) if emit == 4 else six_to_four(kind, code, number(message, 4, 4))
    if new is None:
        raise Drop("icmp-unmatched")
    return bytearray(new), None


def four_to_six(kind, code, pointer):
    if kind == 3:
        if code == 2:
            return [4, 1, 0, 0, 0, 0, 0, 6]
        return [1, UNREACHABLE_4_TO_6[code], 0, 0, 0, 0, 0, 0] if code in UNREACHABLE_4_TO_6 else None
    if kind == 11:
        return [3, code, 0, 0, 0, 0, 0, 0]
    if code in (0, 2) and pointer in POINTERS_4_TO_6:
        return [4, 0, 0, 0, 0, 0, 0, POINTERS_4_TO_6[pointer]]
    return None


def six_to_four(kind, code, pointer):
    if kind == 1:
        return [3, UNREACHABLE_6_TO_4[code], 0, 0, 0, 0, 0, 0] if code in UNREACHABLE_6_TO_4 else None
    if kind == 3:
        return [11, code, 0, 0, 0, 0, 0, 0]
    if code == 1:
        return [3, 2, 0, 0, 0, 0, 0, 0]
    if code == 0 and pointer in POINTERS_6_TO_4:
        return [12, 0, 0, 0, POINTERS_6_TO_4[pointer], 0, 0, 0]
    return None


def restored(quote, kind, ports, sa, end):
    """The quoted packet as the end (address, port) had sent it."""
    match, emit = sa.match, sa.emit
    family = sa.families[0]
    new = replace(quote, src=end[0], dst=match["destination"], protocol=PROTOCOLS[match["kind"]], chain=list(quote.chain))
    data = quote.payload
    spi = match["spi"].to_bytes(4, "big")
    if match["kind"] == "ah":
        new.payload = data[:4] + spi + data[8:]
    elif match["kind"] == "esp":
        body = data[8:] if kind == "udp" else data
        new.payload, new.declared = spi + body[4:], quote.declared - (len(data) - len(body))
    elif kind == "esp":
        new.payload = udp_header(end[1], 4500, 8 + quote.declared, 0) + spi + data[4:]
        new.declared, new.free_udp_checksum = quote.declared + 8, True
    else:
        # Ports that the SA keeps are those of the quote.
        source = end[1] if emit["sourcePort"] else ports[0]
        destination = 4500 if emit["destinationPort"] else ports[1]
        old_sum = number(data, 6)
        new.payload = udp_header(source, destination, number(data, 4), old_sum) + spi + data[12:]
        new.free_udp_checksum = family != quote.family
        if family == quote.family and old_sum:
            new.payload = updated(quote, new)
    if family != quote.family:
        change_quoted_family(quote, new, family)
    if match["kind"] != kind:
        # A header that is made anew is right.
        new.header_error = 0
    return new


def change_quoted_family(quote, new, family):
    new.family, new.options, new.reserved, new.chain, new.header_error = family, b"", False, [], 0
    if family == 6:
        new.flow_group = "any"
        if quote.more:
            new.chain = [(FRAGMENT, fragment_header(0, True, 0))]
            new.ident_group = "any"
        return
    new.ident_group, new.df_free, new.ident = "any", True, 0
