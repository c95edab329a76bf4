/** The program as this machine's kernel runs it, beside the data plane. */
import assert from 'node:assert/strict';
import { native } from '../../src/native/index.js';
import { totalVerdicts } from '../../src/relay/counters.js';
import {
  spiFilterBytes,
  spiFilterCounters,
  spiFilterDropped,
  spiFilterPresence,
  spiFilterProgram,
} from '../../src/relay/spi-filter.js';
import type { SaDefinition } from '../../src/sad/definition.js';
import { SpiPresence } from '../../src/sad/spi-presence.js';
import { hex } from '../model/bytes.js';
import { corpus } from '../model/corpus.js';
import { buildIpv6 } from '../model/ipv6.js';
import { LONGEST_MUTATION, Mutator } from '../model/mutation.js';
import { buildPacket } from '../model/packet.js';
import { Rig } from '../model/rig.js';
import { AH, ah, ESP, esp, UDP, udp } from '../model/upper.js';
import { FIRST, RELAY, WORLD } from '../model/world.js';

const MAX_SAS = 64;
const PACKETS = 120_000;
/** Of zeros: with the type of IP, the kernel would not run the program on what is too short for it. */
const ETHERNET_HEADER = 14;
/** What no SA of the world has. */
const STRANGE = 0xdeadbeef;
/** The kernel has seen to these before a packet is for a device: wrong checksums, and IPv4-mapped destinations in IPv6. */
const KERNEL_REFUSES = ['bad-checksum', 'bad-header'];

class Filter {
  readonly presence: SpiPresence;
  readonly memory: ArrayBuffer;
  readonly #program: number;
  readonly #fd: number;

  constructor(sas: readonly SaDefinition[] = []) {
    const { fd, buffer } = native.bpfMemory(spiFilterBytes(MAX_SAS));
    this.#fd = fd;
    this.memory = buffer;
    this.#program = native.bpfSocketFilter(spiFilterProgram(fd, MAX_SAS));
    this.presence = new SpiPresence(spiFilterPresence(buffer));
    for (const { match } of sas) this.presence.add(match.spi);
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

/** Every form that it tells apart, with this SPI. */
function forms(spi: number): Record<string, Uint8Array> {
  const v4 = { source: FIRST[4], destination: RELAY[4] };
  const v6 = { source: FIRST[6], destination: RELAY[6] };
  const udpOver = ({ source, destination }: typeof v4 | typeof v6) =>
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

describe('relay: unknown SPIs are dropped in the kernel', () => {
  let filter: Filter;

  beforeEach(() => {
    filter = new Filter();
  });
  afterEach(() => filter.close());

  for (const form of Object.keys(forms(STRANGE))) {
    it(`${form}: dropped and counted while no SA has the SPI`, () => {
      const packet = forms(STRANGE)[form]!;
      assert.equal(filter.drops(packet), true);
      filter.presence.add(STRANGE);
      assert.equal(filter.drops(packet), false);
      filter.presence.remove(STRANGE);
      assert.equal(filter.drops(packet), true);
      assert.deepEqual(spiFilterDropped(filter.memory), { packets: 2, bytes: 2 * packet.length });
    });
  }

  it('counts as the workers do', () => {
    const packet = forms(STRANGE)['ESP over IPv4']!;
    filter.drops(packet);
    const counted = totalVerdicts([spiFilterCounters(filter.memory)]).filter(({ packets }) => packets > 0);
    assert.deepEqual(counted, [{ verdict: 'unknown-spi', packets: 1, bytes: packet.length }]);
  });

  it('leaves reserved SPIs to the workers, which give them a name of their own', () => {
    for (const spi of [0, 1, 255, 256]) {
      for (const [form, packet] of Object.entries(forms(spi))) {
        assert.equal(filter.drops(packet), spi === 256, `${form}, SPI ${spi}`);
      }
    }
  });

  it(`of ${PACKETS} random and mutated packets drops none but what the data plane would drop as unknown`, function () {
    this.timeout(60_000);
    filter.close();
    filter = new Filter(WORLD);
    const rig = new Rig({ sas: WORLD });
    const mutator = new Mutator(
      [...corpus('relay').map(({ bytes }) => bytes), ...Object.values(forms(STRANGE))],
      4303,
    );
    const room = new Uint8Array(LONGEST_MUTATION);
    let dropped = 0;
    let unknown = 0;
    for (let i = 0; i < PACKETS; i++) {
      const length = mutator.next(room, 0);
      if (length === 0) continue; // nothing of it could be kept
      const packet = room.slice(0, length);
      const verdict = rig.run([packet])[0]!.verdict;
      const isDropped = filter.drops(packet);
      if (verdict === 'unknown-spi') unknown++;
      if (!isDropped) continue;
      dropped++;
      if (verdict !== 'unknown-spi' && !KERNEL_REFUSES.includes(verdict)) {
        assert.fail(`${verdict}, but dropped: ${hex(packet)}`);
      }
    }
    // Otherwise it would have been shown of next to nothing.
    assert.ok(unknown > 1000 && dropped > unknown / 3, `dropped ${dropped}; ${unknown} unknown`);
  });
});

describe('relay: the filter of SPIs beside a full SAD', () => {
  it('lets one in eight of random SPIs through, at most', () => {
    const filter = new Filter();
    for (let i = 0; i < MAX_SAS; i++) filter.presence.add(0x10000000 + i * 7919);
    let through = 0;
    for (let i = 0; i < 10_000; i++) {
      const spi = Math.imul(i + 1, 0x2545f491) >>> 0;
      if (spi >= 256 && !filter.drops(buildPacket({ spi }))) through++;
    }
    filter.close();
    assert.ok(through <= 10_000 / 8, `${through} of 10000`);
  });
});
