#!/usr/bin/env python3
"""
An independent, slow model of the relay's data plane, written from its specification and the RFCs alone: reads a
corpus (corpus.py) from standard input and writes the outcome of each packet, to the byte. Bytes that the relay
may choose are named with their masks; equal groups must have equal values.
"""

import json
import sys
from collections import Counter
from dataclasses import replace

import icmp
from fragments import Datagram, check_fragment, cut, joined, key
from rewrite import Sa, classify, find, lost_bytes, must_collect, rewrite, rewrite_later
from wire import ICMP, ICMP6, UDP, Drop, Packet, build, parse

OWN_TTL = 64
PASSED_BY_EDGE = ("not-ipsec", "ike", "keepalive", "unknown-spi", "spi-reserved", "icmp-unmatched")
HELD = "held"


class Relay:
    """One relay with its SAs. `receive` returns the outcome of a packet; `counted` has the verdicts of all so far."""

    def __init__(self, scene):
        self.edge = scene["role"] == "edge"
        self.hops = scene["kernelHops"]
        self.settings = scene
        self.relay_addresses = scene["relayAddresses"]
        self.sas = [Sa(i, sa["match"], sa["emit"], sa["hairpin"], sa["mtu"]) for i, sa in enumerate(scene["sas"])]
        self.datagrams = {}
        self.counted = Counter()
        self.idents = 0
        # The kernel takes as much on the way in as on the way out.
        self.own_ttl = OWN_TTL + self.hops // 2
        self.names = {"ident": self.new_ident, "flow": lambda sa: f"flow {sa.number}"}

    def new_ident(self, packet):
        """IDs of one (source, destination, protocol) differ; the text before the # says where."""
        self.idents += 1
        protocol = packet.protocol if packet.family == 4 else ""
        return f"{packet.src} {packet.dst} {protocol}#{self.idents}"

    def receive(self, raw, now):
        """Returns (verdict, packets sent, in order)."""
        self.expire(now)
        try:
            packet = parse(raw)
        except Drop as drop:
            return self.end(drop.verdict, [])
        raw = raw[: packet.length]
        if packet.is_fragment:
            return self.fragment(packet, raw, now)
        return self.end(*self.whole(packet, raw))

    def end(self, verdict, sent):
        if verdict != HELD:
            self.counted[verdict] += 1
        return verdict, sent

    def whole(self, packet, raw, was_collected=False):
        try:
            if packet.protocol == (ICMP if packet.family == 4 else ICMP6):
                return self.icmp(packet)
            sa, packet = self.lookup(packet)
            return self.forward(packet, raw, sa, was_collected)
        except Drop as drop:
            return self.refused(packet, raw, drop.verdict)

    def lookup(self, packet):
        (kind, spi, port), packet = classify(packet, self.edge, self.settings)
        sa = find(self.sas, kind, packet.dst, spi, packet.src, port)
        if sa.hairpin:
            # The second half is only for packets that the first half emits.
            sa = self.turn(packet, sa)
        sa.latest = (packet.src, port)
        return sa, packet

    def refused(self, packet, raw, verdict):
        if not (self.edge and verdict in PASSED_BY_EDGE):
            return verdict, []
        ttl = self.ttl(packet)
        if ttl < 1:
            return "ttl-expired", self.tell(packet, raw, "time")
        return "pass", [build(replace(packet, ttl=ttl))]

    def ttl(self, packet):
        return min(packet.ttl - 1 + self.hops, 255)

    def tell(self, packet, raw, name, mtu=0):
        if not icmp.may_be_told(packet):
            return []
        return [icmp.own_error(packet, raw, name, self.own_ttl, mtu)]

    def forward(self, packet, raw, sa, was_collected):
        """A whole packet. One that came in fragments may leave in fragments, and has an ID that counts."""
        ttl = self.ttl(packet)
        if ttl < 1:
            return "ttl-expired", self.tell(packet, raw, "time")
        new = rewrite(replace(packet, ttl=ttl), sa, self.settings, self.names)
        if was_collected and new.family == 4 and new.src != packet.src:
            new.ident_group = new.ident_group or self.new_ident(new)
        return self.leave(packet, raw, new, sa, was_collected)

    def turn(self, packet, first):
        """From one relay address to another: two SAs as one, whose packets change only once. Raises Drop."""
        emit = first.emit
        if emit["destination"] not in self.relay_addresses:
            raise Drop("hairpin")
        try:
            last = find(self.sas, emit["kind"], emit["destination"], emit["spi"], emit.get("source", packet.src), emit["sourcePort"])
        except Drop:
            raise Drop("hairpin") from None
        if not last.hairpin or last.emit["destination"] in self.relay_addresses:
            raise Drop("hairpin")
        return replace(last, match=first.match)

    def leave(self, packet, raw, new, sa, may_cut=False):
        """Step 7: the packet that came as `packet` leaves as `new` if it fits."""
        if new.length <= sa.mtu:
            return "forward", [build(new)]
        if may_cut:
            new = replace(new, df=False, df_free=packet.df)
        elif packet.family == 6 or packet.df:
            floor = icmp.FLOOR[packet.family]
            asked = min(sa.mtu - sa.delta, 65535)
            if asked >= floor:
                return "too-big", self.tell(packet, raw, "big", asked)
            if packet.length > floor:
                return "too-big", self.tell(packet, raw, "big", floor)
            # Whether its fragments may be fragmented again is left open. Its ID may be that of others (RFC 6864 section 4.1).
            new = replace(new, df=False, df_free=True)
            if new.family == 4 and sa.match["kind"] != "ah":
                new.ident_group = new.ident_group or self.new_ident(new)
        if (new.family == 4 and new.offset + new.length > 65535) or (new.protocol == UDP and len(new.payload) > 65535):
            # No datagram is longer, in however many fragments (RFC 791 section 3.1, RFC 768).
            return "too-big", []
        return "forward", [build(piece) for piece in cut(new, sa.mtu, self.names)]

    def fragment(self, packet, raw, now):
        try:
            check_fragment(packet)
        except Drop as drop:
            return self.end(drop.verdict, [])
        datagram = self.datagrams.setdefault(key(packet), Datagram(now))
        try:
            datagram.admit(packet)
        except Drop as drop:
            if datagram.broken:
                self.kill(datagram, drop.verdict)
            return self.end(drop.verdict, [])
        sent = []
        if packet.offset == 0:
            verdict, sent = self.first(datagram, packet, raw)
        else:
            verdict, sent = self.later(datagram, packet, raw)
        if datagram.is_complete and datagram.decision is not None:
            if datagram.decision[0] == "collect":
                sent = self.collected(datagram)
            del self.datagrams[key(packet)]
        return self.end(verdict, sent)

    def kill(self, datagram, verdict):
        self.counted[verdict] += len(datagram.waiting)
        datagram.waiting = []

    def first(self, datagram, packet, raw):
        """Decides for the datagram. Those that came before follow it, in the order in which they came."""
        try:
            sa, packet = self.lookup(packet)
            if must_collect(packet, sa, self.settings):
                datagram.decision = ("collect", sa)
                datagram.waiting.append((packet, raw))
                return HELD, []
            datagram.decision = ("sa", sa, lost_bytes(packet, sa))
        except Drop as drop:
            datagram.decision = ("verdict", drop.verdict)
        waiting, datagram.waiting = datagram.waiting, []
        verdict, sent = self.follow(datagram, packet, raw)
        for earlier in waiting:
            v, more = self.end(*self.follow(datagram, *earlier))
            sent = sent + more
        return verdict, sent

    def later(self, datagram, packet, raw):
        if datagram.decision is None or datagram.decision[0] == "collect":
            datagram.waiting.append((packet, raw))
            return HELD, []
        return self.follow(datagram, packet, raw)

    def follow(self, datagram, packet, raw):
        if datagram.decision[0] == "verdict":
            return self.refused(packet, raw, datagram.decision[1])
        _, sa, lost = datagram.decision
        ttl = self.ttl(packet)
        if ttl < 1:
            return "ttl-expired", self.tell(packet, raw, "time")
        moved = replace(packet, ttl=ttl)
        names = {**self.names, "ident": lambda new: datagram.ident(self.new_ident, new)}
        if packet.offset == 0:
            new = rewrite(moved, sa, self.settings, names)
        else:
            new = rewrite_later(moved, sa, lost, names)
        return self.leave(packet, raw, new, sa)

    def collected(self, datagram):
        """All fragments are there: one packet, whose verdict they share. None of them leaves in its own place."""
        whole = joined([packet for packet, _ in datagram.waiting])
        verdict, sent = self.whole(whole, build(whole).data, True)
        self.kill(datagram, verdict)
        return sent

    def expire(self, now):
        for name, datagram in list(self.datagrams.items()):
            if now - datagram.began >= self.settings["fragmentTimeout"]:
                self.kill(datagram, "fragment-timeout")
                del self.datagrams[name]

    def icmp(self, packet):
        """Step 4 for whole ICMP packets. Raises Drop."""
        try:
            icmp.check_length(packet)
            kind = packet.payload[0]
            if kind in icmp.ERRORS[packet.family]:
                return self.error(packet)
            icmp.check_sum(packet)
            if kind == icmp.ECHO_REQUEST[packet.family] and not self.edge and icmp.may_be_answered(packet):
                return "echo", [icmp.echo_reply(packet, self.own_ttl)]
            raise Drop("not-ipsec")
        except Drop as drop:
            raise Drop("not-ipsec" if self.edge and drop.verdict == "bad-icmp" else drop.verdict) from None

    def error(self, packet):
        """An error about a packet that left by an SA, as the sender of that packet is to see it. Raises Drop."""
        message, data = icmp.cut_extensions(packet.family, packet.payload)
        quote, kind, spi, ports = icmp.quoted(packet.family, data)
        if quote.src != packet.dst:
            raise Drop("icmp-unmatched")
        sa = icmp.sa_of(self.sas, quote, kind, spi, ports)
        icmp.check_sum(packet)
        end = self.other_end(sa, quote, ports)
        message, mtu = icmp.translated_message(message, sa, quote.header_length + quote.declared)
        ttl = self.ttl(packet)
        if ttl < 1:
            return "ttl-expired", []
        if mtu is not None:
            sa.mtu = min(sa.mtu, max(mtu, icmp.FLOOR[sa.families[1]]))
        family = sa.families[0]
        keeps = sa.emit.get("source") is None
        source, destination = (packet.src, packet.dst) if keeps else (sa.match["destination"], end[0])
        outer = Packet(family, source, destination, packet.tos, ttl, packet.protocol, b"")
        outer.ident_group = "any" if family == 4 else None
        built = build(icmp.restored(quote, kind, ports, sa, end))
        room = icmp.FLOOR[family] - outer.header_length - 8
        return "icmp-forward", [icmp.finished(outer, bytes(message), built.until(room))]

    def other_end(self, sa, quote, ports):
        """Address and UDP port of the sender that the error concerns. Raises Drop."""
        if sa.emit.get("source") is None:
            return quote.src, ports[0] or (sa.latest or (None, 4500))[1]
        if sa.match.get("peer") is not None:
            return sa.match["peer"], sa.match["peerPort"]
        if sa.latest is None:
            raise Drop("icmp-unmatched")
        return sa.latest


def described(built):
    free = [(at, mask, None if group == "any" else group) for at, mask, group in built.free]
    return {"hex": built.data.hex(), "free": free, "sums": built.sums}


def predict(scene):
    relay = Relay(scene)
    packets = []
    for packet in scene["packets"]:
        verdict, sent = relay.receive(bytes.fromhex(packet["hex"]), packet["at"])
        packets.append({"verdict": verdict, "sent": [described(built) for built in sent]})
    return {"packets": packets, "counted": {v: n for v, n in relay.counted.items() if n}}


def main():
    corpus = json.load(sys.stdin)
    json.dump({"scenes": [predict(scene) for scene in corpus["scenes"]]}, sys.stdout)


if __name__ == "__main__":
    main()
