"""A packet as its SA emits it: addresses, SPI, encapsulation, family, and the UDP checksum that follows them."""

from dataclasses import dataclass, replace

from wire import AH, ESP, FRAGMENT, UDP, Drop, fragment_header, number, pseudo_sum, split_chain

PROTOCOLS = {"esp": ESP, "ah": AH, "udp": UDP}
# RFC 7915 section 5.1: longer IPv4 packets made of IPv6 ones say DF.
LONGEST_WITHOUT_DF = 1260


@dataclass
class Sa:
    """An SA as in the corpus, and the state that the relay learns. `mtu`: longest packet that leaves."""

    number: int
    match: dict
    emit: dict
    hairpin: bool
    mtu: int
    # Source (address, UDP port) of the latest packet.
    latest: tuple = None

    @property
    def families(self):
        return tuple(6 if ":" in side["destination"] else 4 for side in (self.match, self.emit))

    @property
    def delta(self):
        """By how much packets grow, bytes."""
        families = [40 if family == 6 else 20 for family in self.families]
        kinds = [8 if side["kind"] == "udp" else 0 for side in (self.match, self.emit)]
        return families[1] - families[0] + kinds[1] - kinds[0]


def classify(packet, edge, settings):
    """Step 4 for ESP, AH and UDP. Returns (kind, SPI, UDP source port), and the packet without the bytes that UDP does not count."""
    data = packet.payload
    first = packet.more
    if packet.protocol == ESP:
        if len(data) < 8:
            raise Drop("first-fragment-short" if first else "esp-too-short")
        return ("esp", spi_of(data, 0), 0), packet
    if packet.protocol == AH:
        if len(data) < 12:
            raise Drop("first-fragment-short" if first else "ah-too-short")
        if not first and 4 * (data[1] + 2) > len(data):
            raise Drop("ah-too-short")
        return ("ah", spi_of(data, 4), 0), packet
    if packet.protocol == UDP:
        return classify_udp(packet, edge, settings)
    raise Drop("not-ipsec")


def spi_of(data, at):
    spi = number(data, at, 4)
    if spi == 0:
        raise Drop("spi-zero")
    return spi


def classify_udp(packet, edge, settings):
    data = packet.payload
    if len(data) < 8:
        raise Drop("bad-udp")
    source, destination, length = number(data, 0), number(data, 2), number(data, 4)
    if destination != 4500 and not (edge and source == 4500):
        raise Drop("ike" if destination == 500 else "not-ipsec")
    if length < 8:
        raise Drop("bad-udp")
    if packet.more:
        if len(data) < 12:
            raise Drop("first-fragment-short")
    else:
        if length > len(data):
            raise Drop("bad-udp")
        data = data[:length]
        packet = replace(packet, payload=data)
    if packet.family == 6 and number(data, 6) == 0 and not settings["udp6ZeroChecksum"]:
        raise Drop("bad-udp")
    body = data[8:]
    if body == b"\xff":
        raise Drop("keepalive")
    if len(body) < 4:
        raise Drop("bad-udp")
    if body[:4] == bytes(4):
        raise Drop("ike")
    if len(body) < 8 and not packet.more:
        raise Drop("esp-too-short")
    return ("udp", number(body, 0, 4), source), packet


def find(sas, kind, destination, spi, source, port):
    """Step 5: the SA, the one with the narrower peer first. Raises Drop."""
    there = [sa for sa in sas if (sa.match["kind"], sa.match["destination"], sa.match["spi"]) == (kind, destination, spi)]
    if not there:
        raise Drop("spi-reserved" if spi < 256 else "unknown-spi")
    fits = [
        sa
        for sa in there
        if sa.match.get("peer") in (None, source) and sa.match["peerPort"] in (0, port)
    ]  # fmt: skip
    if not fits:
        raise Drop("peer-mismatch")
    return max(fits, key=lambda sa: (sa.match.get("peer") is not None, sa.match["peerPort"] != 0))


def must_collect(packet, sa, settings):
    """True when a first fragment cannot go on before the rest of the datagram is there."""
    if sa.emit["kind"] == "udp" and sa.match["kind"] == "esp":
        return True
    unsummed = sa.match["kind"] == "udp" and number(packet.payload, 6) == 0
    return sa.families == (4, 6) and sa.emit["kind"] == "udp" and unsummed and not settings["udp6ZeroChecksum"]


def rewrite(packet, sa, settings, names):
    """A whole packet or a first fragment as it leaves, but for the TTL. `names`: of the datagram's free ID, and of the SA's flow."""
    emit, kind = sa.emit, sa.match["kind"]
    new = convert(packet, sa, names)
    data = packet.payload
    if kind == "ah":
        new.payload = data[:4] + emit["spi"].to_bytes(4, "big") + data[8:]
        return new
    esp = data[8:] if kind == "udp" else data
    esp = emit["spi"].to_bytes(4, "big") + esp[4:]
    if emit["kind"] == "esp":
        new.payload = esp
    elif kind == "esp":
        new.payload = udp_header(emit["sourcePort"], emit["destinationPort"], 8 + len(esp), 0) + esp
        if new.family == 6 and not settings["udp6ZeroChecksum"]:
            new.payload = summed(new)
    else:
        new.payload = translate_udp(packet, new, emit, esp, settings)
    # Only now the length is known that RFC 7915 decides DF by.
    if sa.families == (6, 4):
        new.df = not new.is_fragment and new.length > LONGEST_WITHOUT_DF
    return new


def translate_udp(packet, new, emit, esp, settings):
    data = packet.payload
    source = emit["sourcePort"] or number(data, 0)
    destination = emit["destinationPort"] or number(data, 2)
    old_sum = number(data, 6)
    new.payload = udp_header(source, destination, number(data, 4), old_sum) + esp
    if old_sum == 0:
        if packet.family == 4 and new.family == 6 and not settings["udp6ZeroChecksum"]:
            return summed(new)
        return new.payload
    return updated(packet, new)


def udp_header(source, destination, length, checksum):
    return b"".join(word.to_bytes(2, "big") for word in (source, destination, length & 0xFFFF, checksum))


def with_udp_sum(data, value):
    """Zero means "no checksum", so that a sum of zero is sent as its other form (RFC 768)."""
    return data[:6] + (value or 0xFFFF).to_bytes(2, "big") + data[8:]


def summed(packet):
    """The payload with the UDP checksum of all of it."""
    empty = packet.payload[:6] + bytes(2) + packet.payload[8:]
    return with_udp_sum(packet.payload, 0xFFFF - pseudo_sum(packet, UDP, empty))


def updated(old, new):
    """
    The payload with the checksum that is as right, or as wrong, as the old one: both are compared with the sums of all
    the bytes, whose difference is that of the checksums, modulo 0xffff.
    """
    before, after = pseudo_sum(old, UDP, old.payload), pseudo_sum(new, UDP, new.payload)
    return with_udp_sum(new.payload, (number(old.payload, 6) + before - after) % 0xFFFF)


def convert(packet, sa, names):
    """The header: addresses, family, IDs."""
    emit = sa.emit
    source = emit.get("source") or packet.src
    new = replace(packet, src=source, dst=emit["destination"], protocol=PROTOCOLS[emit["kind"]], chain=list(packet.chain))
    family = sa.families[1]
    if family == packet.family:
        atomic = packet.df and not packet.is_fragment
        if family == 4 and sa.match["kind"] != "ah" and not atomic and source != packet.src:
            new.ident_group = names["ident"](new)
        return new
    new.family = family
    new.options, new.chain, new.reserved = b"", [], False
    if family == 6:
        new.flow_group = names["flow"](sa)
        if packet.is_fragment:
            new.chain = [(FRAGMENT, fragment_header(packet.offset, packet.more, 0))]
            new.ident_group = names["ident"](new)
        return new
    new.df, new.ident = False, 0
    new.ident_group = names["ident"](new)
    return new


def rewrite_later(packet, sa, shrink, names):
    """A later fragment, all bytes of which are payload. `shrink`: bytes that the first one lost."""
    new = convert(packet, sa, names)
    new.df = packet.df if sa.families == (4, 4) else False
    new.offset = packet.offset - shrink
    if new.family == 6:
        old = dict(packet.chain).get(FRAGMENT, bytes(8))
        if packet.family == 6:
            # Behind the fragment header there may be extension headers in the first fragment, which all fragments name.
            if packet.protocol != PROTOCOLS[sa.match["kind"]]:
                new.protocol = packet.protocol
        header = fragment_header(new.offset, new.more, number(old, 4, 4), old[1])
        new.chain = [(kind, header if kind == FRAGMENT else data) for kind, data in new.chain]
    return new


def lost_bytes(packet, sa):
    """How much shorter a first fragment's fragmentable part becomes, so that later offsets are smaller."""
    lost = 8 if (sa.match["kind"], sa.emit["kind"]) == ("udp", "esp") else 0
    if sa.families == (6, 4):
        lost += sum(len(data) for _, data in split_chain(packet)[1])
    return lost
