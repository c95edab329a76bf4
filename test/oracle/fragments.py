"""Cutting packets to the way out's measure, and the virtual reassembly of fragments that arrive."""

from dataclasses import dataclass, field, replace

from wire import FRAGMENT, Drop, fragment_header, link, split_chain

LONGEST = 65535
MOST_PIECES = 128


def cut(packet, mtu, names):
    """The packet as fragments of at most `mtu` bytes."""
    return cut4(packet, mtu) if packet.family == 4 else cut6(packet, mtu, names)


def cut4(packet, mtu):
    """RFC 791 section 3.2."""
    pieces = []
    rest, offset, options = packet.payload, packet.offset, packet.options
    while rest:
        room = mtu - 20 - len(options)
        data = rest if len(rest) <= room else rest[: room // 8 * 8]
        rest = rest[len(data) :]
        pieces.append(replace(packet, payload=data, offset=offset, options=options, more=bool(rest) or packet.more))
        offset += len(data)
        options = copied(packet.options)
    return pieces


def copied(options):
    """Those options that every fragment carries, padded to a multiple of four (RFC 791 section 3.1)."""
    kept, at = b"", 0
    while at < len(options) and options[at] != 0:
        size = 1 if options[at] == 1 else options[at + 1]
        if options[at] & 0x80:
            kept += options[at : at + size]
        at += size
    return kept + bytes(-len(kept) % 4)


def cut6(packet, mtu, names):
    """RFC 8200 section 4.5."""
    before, after = split_chain(packet)
    kind, extensions = link(after, packet.protocol)
    rest = extensions + packet.payload
    offset = packet.offset
    room = mtu - 40 - sum(len(data) for _, data in before) - 8
    group = packet.ident_group or names["ident"](packet)
    pieces = []
    while rest:
        # A packet that came as a fragment keeps its ID when it stays in its family: it is still that datagram.
        keeps = packet.is_fragment and packet.ident_group is None
        last = len(rest) <= room
        data = rest if last else rest[: room // 8 * 8]
        rest = rest[len(data) :]
        more = not last or packet.more
        header = fragment_header(offset, more, packet.ident if keeps else 0)
        pieces.append(
            replace(
                packet, chain=[*before, (FRAGMENT, header)], protocol=kind, payload=data, offset=offset, more=more,
                ident_group=None if keeps else group,
            )
        )  # fmt: skip
        offset += len(data)
    return pieces


def extent(packet):
    """Bytes of a fragment's fragmentable part."""
    if packet.family == 4:
        return len(packet.payload)
    return sum(len(data) for _, data in split_chain(packet)[1]) + len(packet.payload)


def check_fragment(packet):
    """Step 3. Raises Drop."""
    size = extent(packet)
    if (packet.more and size % 8) or size == 0 or packet.offset + size > LONGEST:
        raise Drop("bad-fragment")


@dataclass
class Datagram:
    """The state of one: its pieces as (offset, size, more), those that wait, and the first one's decision."""

    began: int
    pieces: list = field(default_factory=list)
    waiting: list = field(default_factory=list)
    # ("verdict", word, passes), ("sa", Sa, bytes lost) or ("collect", Sa); None until the first fragment came.
    decision: tuple = None
    broken: bool = False
    ident_group: str = None

    def ident(self, make, packet):
        """One name for the new ID of all its fragments."""
        self.ident_group = self.ident_group or make(packet)
        return self.ident_group

    @property
    def is_complete(self):
        if all(more for _, _, more in self.pieces):
            return False
        end = 0
        for offset, size, _ in sorted(self.pieces):
            if offset > end:
                return False
            end = offset + size
        return True

    def admit(self, packet):
        """Raises Drop, and is broken from then on unless the piece is there already."""
        offset, size, more = piece = (packet.offset, extent(packet), packet.more)
        if self.broken or piece in self.pieces:
            raise Drop("fragment-overlap")
        ends = [o + s for o, s, m in self.pieces if not m]
        overlaps = any(offset < o + s and o < offset + size for o, s, _ in self.pieces)
        two_ends = any(not more or offset + size > end for end in ends)
        beyond = not more and any(o + s > offset + size for o, s, _ in self.pieces)
        if overlaps or two_ends or beyond:
            self.broken = True
            raise Drop("fragment-overlap")
        self.pieces.append(piece)


def key(packet):
    return packet.family, packet.src, packet.dst, packet.ident, packet.protocol if packet.family == 4 else None


def joined(packets):
    """The datagram of all its fragments: the first one's header, all payloads."""
    ordered = sorted(packets, key=lambda packet: packet.offset)
    first = ordered[0]
    payload = first.payload + b"".join(packet.payload for packet in ordered[1:])
    whole = replace(first, payload=payload, more=False, chain=[(k, data) for k, data in first.chain if k != FRAGMENT])
    return whole
