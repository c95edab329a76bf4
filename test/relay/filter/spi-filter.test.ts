/** The program as this machine's kernel runs it, beside the data plane. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { native } from '../../../src/native/index.js';
import { totalVerdicts } from '../../../src/relay/counters.js';
import {
  spiFilterBytes,
  spiFilterCounters,
  spiFilterMirror,
  spiFilterSettings,
} from '../../../src/relay/filter/spi-filter.js';
import type { SaDefinition } from '../../../src/table/definition.js';
import { addressHashWord, type FilterMirror } from '../../../src/table/spi-presence.js';
import { parseAddress } from '../../../src/wire/address.js';
import { IP_INTACT } from '../../../src/wire/ip-damage.js';
import { Packet, parseIp } from '../../../src/wire/packet.js';
import { hex } from '../../model/bytes.js';
import { corpus } from '../../model/corpus.js';
import { buildIpv6, fragmentHeader } from '../../model/ipv6.js';
import { LONGEST_MUTATION, Mutator } from '../../model/mutation.js';
import { buildPacket } from '../../model/packet.js';
import { Rig } from '../../model/rig.js';
import { AH, ah, ESP, esp, ICMP, ICMPV6, icmp, icmpv6, UDP, udp } from '../../model/upper.js';
import { FIRST, RELAY, SECOND, WORLD } from '../../model/world.js';

const PROGRAM = readFileSync(new URL('../../../../native/build/bpf/filter.bpf.o', import.meta.url));
const MAX_SAS = 64;
const PACKETS = 120_000;
/** Of zeros: with the type of IP, the kernel would not run the program on packets that are too short for it. */
const ETHERNET_HEADER = 14;
/** An SPI of an SA. */
const KNOWN = 0xc0ffee00;
/** An SPI of no SA of the world. */
const STRANGE = 0xdeadbeef;
const FILTERED = ['unknown-spi', 'icmp-unmatched'];
/** Of strangers' packets for IKE ports, which have a rate whatever they are. */
const FOR_IKE_PORTS = [
  'ike',
  'keepalive',
  'spi-zero',
  'spi-reserved',
  'unknown-spi',
  'bad-udp',
  'esp-too-short',
];
/** Fragments a second that make up one in each slot of time, and slots of time in milliseconds. */
const ONE_A_SLOT = 15;
const NO_LIMIT = 1e9;
const SLOT_MS = 2 ** 26 / 1e6;
/** How long a first fragment is remembered, and a little longer. */
const MARK_MS = 1200;

class Filter {
  readonly mirror: FilterMirror;
  readonly memory: ArrayBuffer;
  readonly #program: number;

  constructor(sas: readonly SaDefinition[] = [], fragmentRate = ONE_A_SLOT, strangerRate = NO_LIMIT) {
    const settings = spiFilterSettings({ maxSas: MAX_SAS, fragmentRate, strangerRate });
    const { programFd, memory } = native.bpfLoad(PROGRAM, settings, spiFilterBytes(MAX_SAS));
    this.#program = programFd;
    this.memory = memory;
    this.mirror = spiFilterMirror(memory, MAX_SAS);
    this.mirror.ports[4500] = 1;
    for (const { match, emit } of sas) {
      this.mirror.matched.add(match.spi);
      this.mirror.emitted.add(emit.spi);
      if (match.port !== 0) this.mirror.ports[match.port] = 1;
    }
  }

  /** Packets and bytes dropped, by verdict. */
  counted(): Record<string, [packets: number, bytes: number]> {
    const all = totalVerdicts([spiFilterCounters(this.memory)]);
    const counted = all.filter(({ packets, bytes }) => packets > 0 || bytes > 0);
    return Object.fromEntries(counted.map(({ verdict, packets, bytes }) => [verdict, [packets, bytes]]));
  }

  drops(packet: Uint8Array): boolean {
    const frame = new Uint8Array(ETHERNET_HEADER + packet.length);
    frame.set(packet, ETHERNET_HEADER);
    const kept = native.bpfTestRun(this.#program, frame);
    assert.ok(kept === 0 || kept === packet.length, `${kept} of ${packet.length} bytes`);
    return kept === 0;
  }

  close(): void {
    native.close(this.#program);
  }
}

type Between = readonly [source: string, destination: string];
interface Ends {
  readonly source: string;
  readonly destination: string;
}
const TO_RELAY = { 4: [FIRST[4], RELAY[4]], 6: [FIRST[6], RELAY[6]] } as const;

/** Every form that it tells apart, with this SPI. */
function forms(spi: number, between: Record<4 | 6, Between> = TO_RELAY): Record<string, Uint8Array> {
  const [v4, v6] = ([4, 6] as const).map((family) => ({
    source: between[family][0],
    destination: between[family][1],
  })) as [Ends, Ends];
  const udpOver = ({ source, destination }: Ends) =>
    udp(esp(spi), { sourcePort: 61_234, between: [source, destination] });
  return {
    'ESP over IPv4': buildPacket({ ...v4, protocol: ESP, body: esp(spi) }),
    'AH over IPv4': buildPacket({ ...v4, protocol: AH, body: ah(spi) }),
    'UDP over IPv4': buildPacket({ ...v4, protocol: UDP, body: udpOver(v4) }),
    'ESP over IPv6': buildIpv6({ ...v6, protocol: ESP, body: esp(spi) }),
    'AH over IPv6': buildIpv6({ ...v6, protocol: AH, body: ah(spi) }),
    'UDP over IPv6': buildIpv6({ ...v6, protocol: UDP, body: udpOver(v6) }),
  };
}

/** The first fragment of each of these, and a later one. */
function fragments(
  spi: number,
  identification: number,
): Record<string, [first: Uint8Array, later: Uint8Array]> {
  const piece = (packet: Uint8Array, offset: number, more: boolean) => {
    const isIpv4 = packet[0]! >>> 4 === 4;
    const body = [...packet.subarray(isIpv4 ? 20 : 40)];
    const all = [...body, ...new Array<number>(-body.length & 7).fill(0)];
    const [source, destination] = TO_RELAY[isIpv4 ? 4 : 6];
    const common = { source, destination, protocol: packet[isIpv4 ? 9 : 6]!, body: all };
    return isIpv4
      ? buildPacket({ ...common, identification, flagsAndOffset: (more ? 0x2000 : 0) | (offset / 8) })
      : buildIpv6({ ...common, extensions: [fragmentHeader(offset, more, identification)] });
  };
  return Object.fromEntries(
    Object.entries(forms(spi)).map(([form, packet]) => {
      if (packet[packet[0]! >>> 4 === 4 ? 9 : 6] === UDP) lengthenUdp(packet);
      return [form, [piece(packet, 0, true), piece(packet, 1480, false)]];
    }),
  );
}

/** So that it is longer than one fragment. */
function lengthenUdp(packet: Uint8Array): void {
  const udp = packet[0]! >>> 4 === 4 ? 20 : 40;
  new DataView(packet.buffer).setUint16(udp + 4, 3000);
}

/** Errors about packets of these forms. */
function errors(spi: number): Record<string, Uint8Array> {
  const quoted = Object.entries(forms(spi, { 4: [RELAY[4], SECOND[4]], 6: [RELAY[6], SECOND[6]] }));
  return Object.fromEntries(
    quoted.map(([form, packet]) => {
      const data = [...packet];
      if (packet[0]! >>> 4 === 4) {
        const body = icmp({ type: 3, code: 4, word: 1300, data });
        return [form, buildPacket({ source: '198.18.2.1', destination: RELAY[4], protocol: ICMP, body })];
      }
      const between = ['2001:db8:2::1', RELAY[6]] as const;
      const body = icmpv6({ type: 2, word: 1300, data }, ...between);
      return [form, buildIpv6({ source: between[0], destination: between[1], protocol: ICMPV6, body })];
    }),
  );
}

describe('relay: unknown SPIs are dropped in the kernel', () => {
  let filter: Filter;

  beforeEach(() => {
    filter = new Filter();
  });
  afterEach(() => filter.close());

  for (const [what, made, which, verdict] of [
    ['', forms, 'matched', 'unknown-spi'],
    ['an error about ', errors, 'emitted', 'icmp-unmatched'],
  ] as const) {
    for (const form of Object.keys(forms(STRANGE))) {
      it(`${what}${form}: dropped and counted while no SA has the SPI`, () => {
        const packet = made(STRANGE)[form]!;
        assert.equal(filter.drops(packet), true);
        filter.mirror[which].add(STRANGE);
        assert.equal(filter.drops(packet), false);
        filter.mirror[which].remove(STRANGE);
        assert.equal(filter.drops(packet), true);
        assert.deepEqual(filter.counted(), { [verdict]: [2, 2 * packet.length] });
      });
    }
  }

  it('leaves reserved SPIs to the workers, which give them a name of their own', () => {
    for (const spi of [0, 1, 255, 256]) {
      for (const made of [forms, errors]) {
        for (const [form, packet] of Object.entries(made(spi))) {
          assert.equal(filter.drops(packet), spi === 256, `${form}, SPI ${spi}`);
        }
      }
    }
  });

  it('knows ESP-in-UDP on the ports that SAs use, and leaves other ports to the workers', () => {
    for (const between of Object.values(TO_RELAY)) {
      const [source, destination] = between;
      const body = udp(esp(STRANGE), { destinationPort: 6500, between });
      const packet = { source, destination, protocol: UDP, body };
      const bytes = source.includes(':') ? buildIpv6(packet) : buildPacket(packet);
      for (const isUsed of [0, 1, 0]) {
        filter.mirror.ports[6500] = isUsed;
        assert.equal(filter.drops(bytes), isUsed === 1, source);
      }
    }
  });

  it('lets ESP-in-UDP with unknown SPIs pass from addresses from which SPIs are learnt, and nothing else', () => {
    const sources = [FIRST[4], FIRST[6]].map((address) => addressHashWord(parseAddress(address)));
    for (const word of sources) filter.mirror.sources.add(word);
    for (const [form, packet] of Object.entries(forms(STRANGE)))
      assert.equal(filter.drops(packet), !form.startsWith('UDP'), form);
    for (const [form, packet] of Object.entries(errors(STRANGE)))
      assert.equal(filter.drops(packet), true, form);
    const elsewhere = { 4: ['198.18.77.7', RELAY[4]], 6: ['2001:db8:77::7', RELAY[6]] } as const;
    for (const [form, packet] of Object.entries(forms(STRANGE, elsewhere)))
      assert.equal(filter.drops(packet), true, form);
    for (const word of sources) filter.mirror.sources.remove(word);
    for (const [form, packet] of Object.entries(forms(STRANGE)))
      assert.equal(filter.drops(packet), true, form);
  });

  it('lets ICMP errors pass that quote a datagram to an address of a connection, and no others', () => {
    for (const address of [SECOND[4], SECOND[6]])
      filter.mirror.sources.add(addressHashWord(parseAddress(address)));
    for (const [form, packet] of Object.entries(errors(STRANGE)))
      assert.equal(filter.drops(packet), !form.startsWith('UDP'), form);
  });

  it(`of ${PACKETS} random and mutated packets drops none but what the data plane would drop as unknown, and fragments beyond the rate`, function () {
    this.timeout(60_000);
    filter.close();
    filter = new Filter(WORLD);
    const rig = new Rig({ sas: WORLD, kernelHops: 2 });
    const mutator = new Mutator(
      [
        ...corpus('relay').map(({ bytes }) => bytes),
        ...Object.values(forms(STRANGE)),
        ...Object.values(errors(STRANGE)),
        ...Object.values(fragments(STRANGE, 4303)).flat(),
      ],
      4303,
    );
    const room = new Uint8Array(LONGEST_MUTATION);
    const fragment = new Packet();
    const dropped = new Map<string, number>();
    const all = new Map<string, number>();
    let countedBefore = filter.counted();
    for (let i = 0; i < PACKETS; i++) {
      const length = mutator.next(room, 0);
      if (length === 0) continue; // nothing of it could be kept
      const packet = room.slice(0, length);
      const { verdict } = rig.run([packet])[0]!;
      all.set(verdict, (all.get(verdict) ?? 0) + 1);
      if (!filter.drops(packet)) continue;
      const counted = filter.counted();
      const [claimed] = Object.keys(counted).filter(
        (name) => counted[name]![0] !== (countedBefore[name]?.[0] ?? 0),
      );
      countedBefore = counted;
      dropped.set(claimed!, (dropped.get(claimed!) ?? 0) + 1);
      if (verdict === claimed || (claimed === 'ike-flood' && FOR_IKE_PORTS.includes(verdict))) continue;
      // Of fragments, the verdict of those that were dropped could depend on others that were.
      const isSound = parseIp(new DataView(packet.buffer), 0, length, fragment) === IP_INTACT;
      const isLater = fragment.fragmentOffset !== 0;
      if (isSound && fragment.isFragment && isLater === (claimed === 'fragment-limit')) {
        if (isLater || verdict === 'fragment-overlap') continue;
      }
      assert.fail(`${verdict}, but dropped as ${claimed}: ${hex(packet)}`);
    }
    // Otherwise it would have been shown of next to nothing.
    for (const verdict of FILTERED) {
      const [some, total] = [dropped.get(verdict)!, all.get(verdict)!];
      assert.ok(total > 1000 && some > total / 5, `dropped ${some} of ${total} ${verdict}`);
    }
    assert.ok(dropped.get('fragment-limit')! > 1000, `${dropped.get('fragment-limit')} fragments`);
  });
});

describe('relay: fragments beyond a rate are dropped in the kernel', () => {
  const TIMES = 200;
  let filter: Filter;

  beforeEach(() => {
    filter = new Filter();
    filter.mirror.matched.add(KNOWN);
  });
  afterEach(() => filter.close());

  /** @returns how many were kept, and how many could be at a rate of one a slot */
  function sendOften(packet: Uint8Array): { kept: number; most: number } {
    const start = performance.now();
    let kept = 0;
    for (let time = 0; time < TIMES; time++) if (!filter.drops(packet)) kept++;
    return { kept, most: 2 + Math.ceil((performance.now() - start) / SLOT_MS) };
  }

  for (const form of Object.keys(forms(KNOWN))) {
    it(`${form}: a first fragment with an unknown SPI, as unknown-spi`, () => {
      const [first] = fragments(STRANGE, 1)[form]!;
      const { kept, most } = sendOften(first);
      assert.ok(kept >= 1 && kept <= most, `${kept} kept, not 1 to ${most}`);
      const dropped = TIMES - kept;
      assert.deepEqual(filter.counted(), { 'unknown-spi': [dropped, dropped * first.length] });
    });

    it(`${form}: a later fragment, unless its first one had the SPI of an SA within the last second`, async () => {
      const [first, later] = fragments(KNOWN, 0x1234)[form]!;
      const [, other] = fragments(KNOWN, 0x1235)[form]!;
      for (const marked of [false, true]) {
        if (marked) {
          assert.equal(filter.drops(first), false);
          assert.deepEqual(sendOften(later).kept, TIMES);
          await sleep(MARK_MS);
        }
        for (const packet of [later, other]) {
          const before = filter.counted()['fragment-limit'] ?? [0, 0];
          const { kept, most } = sendOften(packet);
          assert.ok(kept <= most, `${kept} kept, not at most ${most}`);
          const dropped = TIMES - kept;
          const limited = [before[0] + dropped, before[1] + dropped * packet.length];
          assert.deepEqual(filter.counted(), { 'fragment-limit': limited });
        }
      }
    });
  }

  it('never a first fragment with the SPI of an SA', () => {
    for (const [first] of Object.values(fragments(KNOWN, 1))) assert.equal(sendOften(first).kept, TIMES);
    assert.deepEqual(filter.counted(), {});
  });

  it('none within the rate', () => {
    filter.close();
    filter = new Filter([], 2 * TIMES * (1000 / SLOT_MS));
    const pieces = Object.values(fragments(STRANGE, 7));
    for (const piece of [pieces[0]![1], pieces[3]![0]]) assert.equal(sendOften(piece).kept, TIMES);
  });

  it('leaves to the workers what can be part of no datagram, and what shows no SPI', () => {
    const [source, destination] = TO_RELAY[4];
    const v4 = { source, destination, protocol: ESP };
    const v6 = { source: TO_RELAY[6][0], destination: TO_RELAY[6][1], protocol: ESP };
    const cases: Record<string, Uint8Array> = {
      'not a multiple of 8': buildPacket({
        ...v4,
        flagsAndOffset: 0x2000 | 100,
        body: esp(STRANGE).slice(0, 33),
      }),
      'beyond 65,535': buildPacket({ ...v4, flagsAndOffset: 0x1fff, body: esp(STRANGE) }),
      'no data': buildPacket({ ...v4, flagsAndOffset: 100, body: [] }),
      'no data, IPv6': buildIpv6({ ...v6, extensions: [fragmentHeader(800, false, 1)], body: [] }),
      'an atomic fragment': buildIpv6({
        ...v6,
        extensions: [fragmentHeader(0, false, 1)],
        body: esp(STRANGE),
      }),
      'a first fragment of UDP for another port': buildPacket({
        ...v4,
        protocol: UDP,
        flagsAndOffset: 0x2000,
        body: udp(esp(STRANGE), { destinationPort: 53 }),
      }),
      'a first fragment of ICMP': buildPacket({
        ...v4,
        protocol: ICMP,
        flagsAndOffset: 0x2000,
        body: icmp({ type: 3, code: 4, word: 1300, data: [...forms(STRANGE)['ESP over IPv4']!, 0, 0, 0, 0] }),
      }),
    };
    for (const [name, packet] of Object.entries(cases)) assert.equal(sendOften(packet).kept, TIMES, name);
  });
});

describe('relay: IKE messages of strangers beyond a rate are dropped in the kernel', () => {
  /** Ten a slot. */
  const RATE = 10 * ONE_A_SLOT;
  const ike = Array.from({ length: 28 }, (_, i) => i + 1);
  const marked = [0, 0, 0, 0, ...ike];
  const withCookie = (source: string) => message(source, 500, ike.with(16, 41));
  let filter: Filter;

  beforeEach(() => {
    filter = new Filter([], ONE_A_SLOT, RATE);
  });
  afterEach(() => filter.close());

  function message(source: string, destinationPort = 500, payload: number[] = ike): Uint8Array {
    const destination = source.includes(':') ? RELAY[6] : RELAY[4];
    const body = udp(payload, { destinationPort, between: [source, destination] });
    const packet = { source, destination, protocol: UDP, body };
    return source.includes(':') ? buildIpv6(packet) : buildPacket(packet);
  }

  /** As long as a prefix's share counts: after a slot in which too many passed, and within the second after it. */
  async function provoked(): Promise<void> {
    const packet = message('203.0.113.7');
    for (let left = 4 * (RATE / ONE_A_SLOT); left > 0; left--) filter.drops(packet);
    await sleep(SLOT_MS + 10);
    filter.drops(packet);
  }

  /** @returns how many of so many at once pass */
  function passed(packet: Uint8Array, times = 20): number {
    let passing = 0;
    for (let time = 0; time < times; time++) if (!filter.drops(packet)) passing++;
    return passing;
  }

  it('passes all within the rate, whatever prefix they are from, and counts the others', () => {
    const packet = message('203.0.113.7');
    const passing = passed(packet, 500);
    assert.ok(passing >= RATE / ONE_A_SLOT && passing < 100, `${passing} of 500`);
    assert.deepEqual(filter.counted(), { 'ike-flood': [500 - passing, (500 - passing) * packet.length] });
  });

  for (const [what, one, neighbour, other] of [
    ['/24', '203.0.115.7', '203.0.115.8', '203.0.114.7'],
    ['/56', '2001:db8:0:100::7', '2001:db8:0:1ff::8', '2001:db8:0:200::7'],
  ] as const) {
    it(`beyond it a ${what} has a share, one of messages with a COOKIE, and takes nothing from another`, async () => {
      await provoked();
      assert.ok(passed(message(one)) < 10);
      assert.ok(passed(message(neighbour)) < 10, 'the same prefix');
      assert.equal(passed(withCookie(one), 1), 1);
      assert.equal(passed(message(other), 1), 1);
      assert.equal(passed(withCookie(other), 1), 1);
    });
  }

  it('on both IKE ports and on those of connections; other ports are left to the workers', async () => {
    await provoked();
    filter.mirror.ports[20_000] = 1;
    assert.ok(passed(message('203.0.116.7', 4500, marked)) < 10);
    assert.ok(passed(message('203.0.117.7', 20_000, marked)) < 10);
    assert.equal(passed(message('203.0.118.7', 20_001, marked)), 20);
  });

  it('passes all from the addresses of seconds, and many from those of firsts', async () => {
    await provoked();
    filter.mirror.ports[20_000] = 1;
    const word = addressHashWord(parseAddress('203.0.113.7'));
    filter.mirror.sources.add(word);
    assert.equal(passed(message('203.0.113.7', 20_000, marked), 1000), 1000);
    const start = performance.now();
    const passing = passed(message('203.0.113.7'), 1000);
    const most = 64 + 8 + (performance.now() - start);
    assert.ok(passing >= 64 && passing <= most, `${passing} passed, not 64 to ${most}`);
    await sleep(100);
    assert.ok(passed(message('203.0.113.7')) === 20);
    filter.mirror.sources.remove(word);
    assert.ok(passed(message('203.0.113.7')) < 10);
  });

  it('from many prefixes together no more than the rate, and a quiet prefix still has its share', async function () {
    this.timeout(20_000);
    const flood = Array.from({ length: 1000 }, (_, i) => message(`100.${64 + (i >> 8)}.${i & 255}.9`));
    let at = 0;
    const floodFor = (milliseconds: number): { passing: number; sent: number } => {
      let [passing, sent] = [0, 0];
      for (const end = performance.now() + milliseconds; performance.now() < end; sent++)
        if (!filter.drops(flood[at++ % flood.length]!)) passing++;
      return { passing, sent };
    };
    floodFor(4000); // the shares of all these prefixes are used up
    const { passing, sent } = floodFor(2000);
    assert.ok(sent > 20 * RATE, `${sent} sent`);
    assert.ok(passing < 4 * RATE, `${passing} of ${sent} passed`);
    for (const packet of [message('203.0.119.7'), withCookie('203.0.119.7')])
      assert.equal(passed(packet, 1), 1);
    assert.equal(passed(message('100.64.7.10'), 20), 0);
  });
});

describe('relay: the filter of SPIs beside a full SAD', () => {
  it('lets one in eight of random SPIs through, at most', () => {
    const filter = new Filter();
    for (let i = 0; i < MAX_SAS; i++) filter.mirror.matched.add(0x10000000 + i * 7919);
    let through = 0;
    for (let i = 0; i < 10_000; i++) {
      const spi = Math.imul(i + 1, 0x2545f491) >>> 0;
      if (spi >= 256 && !filter.drops(buildPacket({ spi }))) through++;
    }
    filter.close();
    assert.ok(through <= 10_000 / 8, `${through} of 10000`);
  });
});
