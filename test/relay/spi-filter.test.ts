/** The program as this machine's kernel runs it, beside the data plane. */
import assert from 'node:assert/strict';
import { native } from '../../src/native/index.js';
import { totalVerdicts } from '../../src/relay/counters.js';
import {
  spiFilterBytes,
  spiFilterCounters,
  spiFilterPresence,
  spiFilterProgram,
} from '../../src/relay/spi-filter.js';
import type { SaDefinition } from '../../src/sad/definition.js';
import type { PresentSpis } from '../../src/sad/spi-presence.js';
import { hex } from '../model/bytes.js';
import { corpus } from '../model/corpus.js';
import { buildIpv6 } from '../model/ipv6.js';
import { LONGEST_MUTATION, Mutator } from '../model/mutation.js';
import { buildPacket } from '../model/packet.js';
import { Rig } from '../model/rig.js';
import { AH, ah, ESP, esp, ICMP, ICMPV6, icmp, icmpv6, UDP, udp } from '../model/upper.js';
import { FIRST, RELAY, SECOND, WORLD } from '../model/world.js';

const MAX_SAS = 64;
const PACKETS = 120_000;
/** Of zeros: with the type of IP, the kernel would not run the program on what is too short for it. */
const ETHERNET_HEADER = 14;
/** What no SA of the world has. */
const STRANGE = 0xdeadbeef;
const FILTERED = ['unknown-spi', 'icmp-unmatched'];

class Filter {
  readonly presence: PresentSpis;
  readonly memory: ArrayBuffer;
  readonly #program: number;
  readonly #fd: number;

  constructor(sas: readonly SaDefinition[] = []) {
    const { fd, buffer } = native.bpfMemory(spiFilterBytes(MAX_SAS));
    this.#fd = fd;
    this.memory = buffer;
    this.#program = native.bpfSocketFilter(spiFilterProgram(fd, MAX_SAS));
    this.presence = spiFilterPresence(buffer, MAX_SAS);
    for (const { match, emit } of sas) {
      this.presence.matched.add(match.spi);
      this.presence.emitted.add(emit.spi);
    }
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
    native.close(this.#fd);
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
        filter.presence[which].add(STRANGE);
        assert.equal(filter.drops(packet), false);
        filter.presence[which].remove(STRANGE);
        assert.equal(filter.drops(packet), true);
        const all = totalVerdicts([spiFilterCounters(filter.memory)]);
        const counted = all.filter(({ packets, bytes }) => packets > 0 || bytes > 0);
        assert.deepEqual(counted, [{ verdict, packets: 2, bytes: 2 * packet.length }]);
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

  it(`of ${PACKETS} random and mutated packets drops none but what the data plane would drop as unknown`, function () {
    this.timeout(60_000);
    filter.close();
    filter = new Filter(WORLD);
    const rig = new Rig({ sas: WORLD, kernelHops: 2 });
    const mutator = new Mutator(
      [
        ...corpus('relay').map(({ bytes }) => bytes),
        ...Object.values(forms(STRANGE)),
        ...Object.values(errors(STRANGE)),
      ],
      4303,
    );
    const room = new Uint8Array(LONGEST_MUTATION);
    const dropped = new Map<string, number>();
    const all = new Map<string, number>();
    for (let i = 0; i < PACKETS; i++) {
      const length = mutator.next(room, 0);
      if (length === 0) continue; // nothing of it could be kept
      const packet = room.slice(0, length);
      const { verdict } = rig.run([packet])[0]!;
      all.set(verdict, (all.get(verdict) ?? 0) + 1);
      if (!filter.drops(packet)) continue;
      dropped.set(verdict, (dropped.get(verdict) ?? 0) + 1);
      if (!FILTERED.includes(verdict)) {
        assert.fail(`${verdict}, but dropped: ${hex(packet)}`);
      }
    }
    // Otherwise it would have been shown of next to nothing.
    for (const verdict of FILTERED) {
      const [some, total] = [dropped.get(verdict)!, all.get(verdict)!];
      assert.ok(total > 1000 && some > total / 5, `dropped ${some} of ${total} ${verdict}`);
    }
  });
});

describe('relay: the filter of SPIs beside a full SAD', () => {
  it('lets one in eight of random SPIs through, at most', () => {
    const filter = new Filter();
    for (let i = 0; i < MAX_SAS; i++) filter.presence.matched.add(0x10000000 + i * 7919);
    let through = 0;
    for (let i = 0; i < 10_000; i++) {
      const spi = Math.imul(i + 1, 0x2545f491) >>> 0;
      if (spi >= 256 && !filter.drops(buildPacket({ spi }))) through++;
    }
    filter.close();
    assert.ok(through <= 10_000 / 8, `${through} of 10000`);
  });
});
