#!/usr/bin/env python3
"""
Generates the corpus, always the same one of a seed (an argument): scenes of one relay each with its SAs, and the
packets that it receives, each with its form and the time in milliseconds. Writes JSON to standard output.
"""

import json
import random
import sys

import errors
import forms
import malformed
import peers
from fragmented import Fragments

FRAGMENT_TIMEOUT = 30_000


class Scene:
    """One relay. Packets come ten milliseconds apart."""

    def __init__(self, name, number, sas, role="relay", hops=0, zero_sums=False, together=True):
        self.place = peers.Place(number)
        self.random = random.Random(f"{SEED} {name}")
        self.now = 1000
        self.words = {
            "name": name,
            "role": role,
            "kernelHops": hops,
            "udp6ZeroChecksum": zero_sums,
            "fragmentTimeout": FRAGMENT_TIMEOUT,
            "together": together,
            "relayAddresses": [self.place.relay(family, host) for family in peers.FAMILIES for host in (9, 10)],
            "sas": sas(self.place),
            "packets": [],
        }

    @property
    def sas(self):
        return self.words["sas"]

    def add(self, form, data):
        self.words["packets"].append({"form": form, "hex": data.hex(), "at": self.now})
        self.now += 10

    def extend(self, packets):
        for form, data in packets:
            self.add(form, data)

    def pause(self, milliseconds):
        self.now += milliseconds

    def maker(self, sa, source=None):
        match = self.sas[sa]["match"]
        family = 6 if ":" in match["destination"] else 4
        return forms.Maker(match, source or match.get("peer") or self.place.first(family), self.random)


class Corpus:
    def __init__(self):
        self.scenes = []

    def scene(self, name, sas, **options):
        scene = Scene(name, len(self.scenes) + 1, sas, **options)
        self.scenes.append(scene)
        return scene


SEED = sys.argv[1] if len(sys.argv) > 1 else "ipsec-relay"


def zero_sum_choices(pair):
    """UDP over IPv6 without checksum makes a difference only where there is UDP, and IPv6."""
    return (False, True) if 6 in pair[:2] and "udp" in pair else (False,)


def relay_scenes(corpus):
    for pair in peers.pairs():
        for zero_sums in zero_sum_choices(pair):
            words = f"{peers.pair_name(pair)}{', UDP without checksum' if zero_sums else ''}"
            scene = corpus.scene(words, lambda place, pair=pair: peers.relay_sas(place, pair), zero_sums=zero_sums)
            for sa in range(1 if zero_sums else len(scene.sas)):
                maker = scene.maker(sa)
                scene.extend(list(forms.valid(maker, zero_sums)) if sa == 0 else list(forms.common(maker))[::4])
                scene.extend(forms.leaving_corners(maker, scene.sas[sa]["emit"]) if sa in (0, 3) else [])
            if zero_sums:
                continue
            family = pair[0]
            scene.extend(malformed.malformed(scene.maker(0)))
            scene.extend(malformed.mutated(scene.maker(0), 20))
            scene.add("peer-mismatch", scene.maker(5, scene.place.address(family, 1, 77)).bytes())
            if pair[2] == "udp":
                scene.add("peer-mismatch", scene.maker(5).bytes(port=4501))
            scene.extend(forms.giants(scene.maker(0)))


def edge_scenes(corpus):
    for pair in peers.edge_pairs():
        for hops in (0, 2) if pair[2] == pair[3] else (1,):
            name = f"edge, {peers.pair_name(pair)}, {hops} kernel hops"
            scene = corpus.scene(name, lambda place, pair=pair: peers.edge_sas(place, pair), role="edge", hops=hops)
            family = pair[0]
            for sa in range(len(scene.sas)):
                far = scene.sas[sa]["match"]["destination"] == scene.place.first(family)
                maker = scene.maker(sa, scene.place.relay(family) if far else None)
                scene.extend(list(forms.valid(maker, False)) if sa == 0 else list(forms.common(maker))[::3])
                scene.extend(forms.leaving_corners(maker, scene.sas[sa]["emit"]))
                if pair[2] == "udp":
                    for ports in ((4500, 61234), (61234, 4500)):
                        scene.add("udp-from-4500", maker.bytes(port=ports[0], to_port=ports[1]))
            scene.extend(malformed.malformed(scene.maker(0)))
            scene.extend(malformed.mutated(scene.maker(0), 10))
            scene.extend(errors.echoes(family, scene.place.other(family), scene.place.relay(family), scene.random))


def hops_scenes(corpus):
    for pair in list(peers.pairs())[::5]:
        name = f"two kernel hops, {peers.pair_name(pair)}"
        scene = corpus.scene(name, lambda place, pair=pair: peers.relay_sas(place, pair), hops=2)
        scene.extend(("ttl", scene.maker(0).bytes(ttl=ttl)) for ttl in (0, 1, 2, 253, 254, 255))
        scene.extend(errors.echoes(pair[0], scene.place.first(pair[0]), scene.place.relay(pair[0]), scene.random))


def fragment_scenes(corpus):
    variants = [("relay", pair, zero) for pair in peers.pairs() for zero in zero_sum_choices(pair)]
    variants += [("edge", pair, False) for pair in peers.edge_pairs()]
    for role, pair, zero_sums in variants:
        make = peers.relay_sas if role == "relay" else peers.edge_sas
        words = f"fragments, {role}, {peers.pair_name(pair)}{', UDP without checksum' if zero_sums else ''}"
        scene = corpus.scene(words, lambda place, make=make, pair=pair: make(place, pair), role=role, zero_sums=zero_sums, together=False)
        fragments = Fragments(scene.maker(0))
        for form, packets in fragments.sequences():
            if not zero_sums or scene.random.random() < 0.3 or form.startswith("fragments-udp"):
                scene.extend((form, data) for data in packets)
        if role == "relay":
            bound = Fragments(scene.maker(5), scene.place.address(pair[0], 1, 77))
            bound.ident = 0x8000
            for form, packets in list(bound.sequences())[::6] + [s for s in bound.sequences() if s[0] == "fragments-of-stranger"]:
                scene.extend((form, data) for data in packets)
        for form, packets in fragments.unfinished():
            scene.extend((form, data) for data in packets)
        scene.pause(FRAGMENT_TIMEOUT + 1000)
        # The next packet, whatever it is, finds that the time of those is over.
        scene.add("after-a-pause", scene.maker(0).bytes())
        scene.extend(("after-a-pause", data) for data in fragments.whole([80], order=[1, 0]))


def mtu_scenes(corpus):
    for role, pair in [("relay", p) for p in peers.pairs()] + [("edge", p) for p in peers.edge_pairs()]:
        make = peers.relay_sas if role == "relay" else peers.edge_sas
        mtus = (1400, 1280) if pair[1] == 6 else (1400, 580, 1262)
        for mtu in mtus:

            def sas(place, make=make, pair=pair, mtu=mtu):
                return [{**sa, "mtu": mtu} for sa in make(place, pair)[:1]]

            scene = corpus.scene(f"way out of {mtu} bytes, {role}, {peers.pair_name(pair)}", sas, role=role)
            mtu_packets(scene, pair, mtu)


def mtu_packets(scene, pair, mtu):
    before, after, kind, to_kind = pair
    maker = scene.maker(0)
    delta = (40 if after == 6 else 20) - (40 if before == 6 else 20) + 8 * (to_kind == "udp") - 8 * (kind == "udp")
    overhead = maker.packet(size=0).length
    for longer in (0, 1, 9, 100, *more_pieces(mtu), 3001):
        size = mtu - delta + longer - overhead
        for df in (True, False) if before == 4 else (False,):
            yield_packet(scene, maker, size, df=df)
    if before == 4:
        for options in ("mixed", "router-alert", "record-route", "loose-route-at-its-end", "forty-bytes"):
            yield_packet(scene, maker, mtu - delta - overhead + 900, df=False, options=forms.OPTIONS[options])
            yield_packet(scene, maker, mtu - delta - overhead, df=True, options=forms.OPTIONS[options])
    else:
        for chain in ("hop-by-hop", "atomic-fragment", "all", "destination", "atomic-fragment-between"):
            for longer in (-8, 0, 20):
                yield_packet(scene, maker, mtu - delta - overhead + longer, chain=forms.CHAINS[chain])
    fragments = Fragments(maker)
    for order in ([0, 1], [1, 0]):
        scene.extend(("fragments-too-long", data) for data in fragments.whole([1480], size=2900, order=order))
    if before == 4:
        scene.extend(("fragments-too-long", data) for data in fragments.whole([1480], size=2900, df=True))


def more_pieces(mtu):
    """By how much packets are longer whose second fragment just fits, in IPv4 and in IPv6."""
    return [room // 8 * 8 + room % 8 - (mtu - room) + extra for room in (mtu - 20, mtu - 48) for extra in (0, 1)]


def yield_packet(scene, maker, size, **fields):
    if maker.kind == "ah":
        body = maker.body(0)
        scene.add("too-long", maker.bytes(body=body + maker.random.randbytes(max(size - len(body) + 24, 0)), **fields))
    else:
        scene.add("too-long", maker.bytes(size=size, **fields))


def icmp_scenes(corpus):
    for pair in peers.pairs():
        before, after, kind, _ = pair
        name = f"ICMP, {peers.pair_name(pair)}"
        scene = corpus.scene(name, lambda place, pair=pair: peers.relay_sas(place, pair), together=False)
        router = scene.place.address(after, 3, 1)
        for sa in (0, 1, 3, 5):
            about = errors.Errors(scene.sas[sa], router, scene.random, None)
            packets = list(about.all())
            if sa != 5:
                # Before any packet of the SA there is no sender to be told.
                scene.add("icmp-before-traffic", packets[0][1])
                scene.add("before-icmp", scene.maker(sa).bytes(size=100, **({"port": 33333} if kind == "udp" else {})))
            scene.extend(packets if sa == 0 else packets[::5])
            scene.extend(about.mutated(12))
        # Now from elsewhere: errors go where the latest packet came from.
        scene.add("before-icmp", scene.maker(0, scene.place.other(before)).bytes(size=100))
        scene.extend(list(errors.Errors(scene.sas[0], router, scene.random, None).all())[:3])
        # The MTUs of earlier errors hold for the packets that follow.
        for size in (400, 1180, 1230, 1300, 1500):
            scene.add("after-icmp-too-big", scene.maker(0).bytes(size=size))
        scene.extend(errors.echoes(before, scene.place.first(before), scene.place.relay(before), scene.random))


def edge_icmp_scenes(corpus):
    for pair in peers.edge_pairs():
        family = pair[0]
        name = f"ICMP, edge, {peers.pair_name(pair)}"
        scene = corpus.scene(name, lambda place, pair=pair: peers.edge_sas(place, pair), role="edge", together=False)
        router = scene.place.address(family, 3, 1)
        scene.add("before-icmp", scene.maker(0).bytes(size=100))
        own = scene.place.first(family)
        scene.extend(errors.Errors(scene.sas[0], router, scene.random, own).all())
        scene.add("before-icmp", scene.maker(1, scene.place.second(family)).bytes(size=100))
        other = scene.place.relay(family) if scene.sas[1]["match"]["destination"] == own else own
        scene.extend(list(errors.Errors(scene.sas[1], router, scene.random, other).all())[::4])


def hairpin_scenes(corpus):
    pairs = list(peers.pairs())
    for i, (before, between, kind, to_kind) in enumerate(pairs[:16]):
        after, last_kind = (4, 6)[i % 2], ("esp", "udp")[i // 2 % 2]

        def sas(place, before=before, between=between, kind=kind, to_kind=to_kind, after=after, last_kind=last_kind):
            turn = place.relay(between, 10)
            ports, last_ports = peers.ports_of(to_kind, 4500, 4500), peers.ports_of(last_kind, 4500, 4500)
            here = place.relay(before)

            def start(spi, to_spi):
                there = peers.emit(to_kind, turn, to_spi, place.relay(between), ports)
                return peers.sa(peers.match(kind, here, spi), there, hairpin=True)

            end = peers.emit(last_kind, place.second(after), 0x22220001, place.relay(after), last_ports)
            again = peers.emit(to_kind, turn, 0x66660001, place.relay(between), ports)
            return [
                start(0xAAAA0001, 0x66660001),
                start(0xAAAA0002, 0x66660002),
                start(0xAAAA0003, 0x66660003),
                start(0xAAAA0004, 0x66660004),
                peers.sa(peers.match(to_kind, turn, 0x66660001), end, hairpin=True),
                peers.sa(peers.match(to_kind, turn, 0x66660002), {**end, "spi": 0x22220002}),
                peers.sa(peers.match(to_kind, turn, 0x66660003), again, hairpin=True),
            ]

        name = f"hairpin, {peers.pair_name((before, between, kind, to_kind))}, then IPv{after} {last_kind}"
        scene = corpus.scene(name, sas)
        for sa in range(4):
            maker = scene.maker(sa)
            scene.extend(("hairpin", data) for _, data in list(forms.common(maker))[:: 2 if sa == 0 else 9])
        scene.add("hairpin-ttl", scene.maker(0).bytes(ttl=2))
        scene.add("hairpin-ttl", scene.maker(0).bytes(ttl=1))
        # Straight to the second one.
        scene.extend(("hairpin-straight", data) for _, data in list(forms.common(scene.maker(4)))[::9])


def main():
    corpus = Corpus()
    for scenes in (relay_scenes, edge_scenes, hops_scenes, fragment_scenes, mtu_scenes, icmp_scenes, edge_icmp_scenes, hairpin_scenes):
        scenes(corpus)
    json.dump({"scenes": [scene.words for scene in corpus.scenes]}, sys.stdout)


if __name__ == "__main__":
    main()
