/**
 * More than a million random and mutated packets: nothing throws, nothing is written outside the slab or into a
 * neighbour, the packets that leave are whole and right, and every packet ends in one verdict.
 */
import assert from 'node:assert/strict';
import { HEADROOM, PacketBatch } from '../../src/attachment/batch.js';
import { createOriginatedCounters, createVerdictCounters, totalVerdicts } from '../../src/relay/counters.js';
import type { DataPlaneSettings } from '../../src/relay/settings.js';
import { HELD, LAST_SENT_VERDICT, VERDICTS, type Verdict } from '../../src/relay/verdict.js';
import type { SaDefinition } from '../../src/table/definition.js';
import { createSadMemory } from '../../src/table/layout.js';
import { SadReader } from '../../src/table/reader.js';
import { SadWriter } from '../../src/table/writer.js';
import { equalAddresses } from '../../src/wire/address.js';
import { hex, internetChecksum } from '../model/bytes.js';
import { corpus } from '../model/corpus.js';
import { makePipeline } from '../model/data-plane.js';
import { LONGEST_MUTATION, Mutator } from '../model/mutation.js';
import { EDGE_SAS, WORLD } from '../model/world.js';

const BATCH = 64;
/** Bytes between a packet's end and the room of the next one, which must stay untouched. */
const GAP = 40;
const CANARY = 0x5a;
const SPACING = HEADROOM + LONGEST_MUTATION + GAP;
/** Fragments time out within the run. */
const MS_PER_BATCH = 25;

interface Run {
  readonly name: string;
  readonly role: 'relay' | 'edge';
  readonly sas: readonly SaDefinition[];
  readonly packets: number;
  /** Verdicts that none of them ends in. */
  readonly unmet: readonly Verdict[];
  readonly settings: Partial<DataPlaneSettings>;
  /** Of every third SA; the others' is not known. */
  readonly mtu: number;
}

/** Verdicts of packets that a relay which passes others does not drop. */
const PASSED: readonly Verdict[] = [
  'not-ipsec',
  'ike',
  'keepalive',
  'spi-reserved',
  'unknown-spi',
  'bad-icmp',
  'icmp-unmatched',
];

/** Verdicts of the control thread and the attachment. */
const CONTROL: readonly Verdict[] = [
  ...VERDICTS.filter((verdict) => verdict.startsWith('ike-')),
  'punt-full',
  'send-failed',
];

const RUNS: readonly Run[] = [
  {
    name: 'a relay',
    role: 'relay',
    sas: WORLD,
    packets: 600_000,
    unmet: ['pass', ...CONTROL],
    settings: { icmpRate: 3, icmpTranslateRate: 10 },
    mtu: 1280,
  },
  {
    name: 'a relay that passes what is not its own, UDP over IPv6 without checksum, narrow ways out',
    role: 'relay',
    sas: WORLD,
    packets: 300_000,
    unmet: ['echo', ...PASSED, 'rate-limit', ...CONTROL],
    settings: {
      passesOthers: true,
      udp6ZeroChecksum: true,
      icmpRate: 1_000_000,
      icmpTranslateRate: 1_000_000,
    },
    mtu: 100,
  },
  {
    name: 'an edge',
    role: 'edge',
    sas: EDGE_SAS,
    packets: 200_000,
    // No SA of an edge leads to another.
    unmet: ['echo', ...PASSED, 'hairpin', 'rate-limit', ...CONTROL],
    settings: {},
    mtu: 80,
  },
];

describe('relay: more than a million random and mutated packets', function () {
  this.timeout(120_000);

  for (const run of RUNS) {
    const { name, packets } = run;
    it(`${packets} to ${name} end in one verdict each, and harm nothing`, () => {
      const fuzz = new Fuzz(run);
      for (let done = 0; done < packets; done += BATCH) fuzz.runBatch();
      fuzz.finish();
    });
  }
});

class Fuzz {
  readonly #batch = new PacketBatch(BATCH, HEADROOM + BATCH * SPACING + 65_536 + HEADROOM);
  readonly #received: Uint8Array;
  readonly #mutator: Mutator;
  readonly #verdicts = createVerdictCounters();
  readonly #unmet: readonly Verdict[];
  readonly #originatedCounters = createOriginatedCounters();
  readonly #pipeline: ReturnType<typeof makePipeline>;
  #nowMs = 1;
  #sent = 0;

  constructor({ role, sas, settings, mtu, unmet }: Run) {
    this.#unmet = unmet;
    const memory = createSadMemory(sas.length, 1, 1);
    const writer = new SadWriter(memory, (address) =>
      sas.some(({ match }) => equalAddresses(match.destination, address)),
    );
    sas.forEach((sa, i) => {
      const slot = writer.insert(sa);
      if (i % 3 === 0) writer.setEgressMtu(slot, mtu);
    });
    this.#mutator = new Mutator(
      corpus(role).map(({ bytes }) => bytes),
      2026,
    );
    this.#received = new Uint8Array(this.#batch.bytes.length);
    this.#pipeline = makePipeline({
      memory,
      lookup: new SadReader(memory, 0, BATCH),
      verdicts: this.#verdicts,
      originated: this.#originatedCounters,
      role,
      settings,
      steadyMs: () => this.#nowMs,
      onOriginated: (packet) => assertSound(packet),
    });
  }

  runBatch(): void {
    this.#fill();
    try {
      this.#pipeline.process(this.#batch, this.#nowMs);
      this.#check();
      this.#pipeline.account(this.#batch, this.#nowMs);
      if (this.#sent % 64 === 0) this.#pipeline.expire();
    } catch (error) {
      // The packet itself is among these.
      const packets = Array.from({ length: BATCH }, (_, i) => hex(this.#receivedPacket(i)));
      throw new Error(`${(error as Error).message} after ${this.#sent} packets, in\n${packets.join('\n')}`, {
        cause: error,
      });
    }
    this.#sent += BATCH;
    this.#nowMs += MS_PER_BATCH;
  }

  /** Nothing waits any more: the counters add up. */
  finish(): void {
    this.#nowMs += 1_000_000;
    assert.equal(this.#pipeline.expire(), false);
    const totals = totalVerdicts([this.#verdicts]);
    const counted = totals.reduce((sum, { packets }) => sum + packets, 0);
    assert.equal(counted, this.#sent, JSON.stringify(totals));
    const unmet = totals.filter(({ packets }) => packets === 0).map(({ verdict }) => verdict);
    assert.deepEqual(unmet.toSorted(), this.#unmet.toSorted());
  }

  #fill(): void {
    const { bytes, offset, length } = this.#batch;
    bytes.fill(CANARY);
    for (let i = 0; i < BATCH; i++) {
      // Packets start anywhere.
      const at = HEADROOM + i * SPACING + (i % 8);
      offset[i] = at;
      length[i] = this.#mutator.next(bytes, at);
      bytes.fill(CANARY, at + length[i]!, HEADROOM + (i + 1) * SPACING - HEADROOM);
    }
    this.#batch.count = BATCH;
    this.#received.set(bytes);
    this.#arrivedAt.set(offset);
    this.#arrived.set(length);
  }

  readonly #arrivedAt = new Int32Array(BATCH);
  readonly #arrived = new Int32Array(BATCH);

  #receivedPacket(i: number): Uint8Array {
    const at = this.#arrivedAt[i]!;
    return this.#received.subarray(at, at + this.#arrived[i]!);
  }

  #check(): void {
    const { bytes, offset, length, verdict, count } = this.#batch;
    assert.equal(count, BATCH);
    for (let i = 0; i < BATCH; i++) {
      const start = this.#arrivedAt[i]!;
      const end = start + this.#arrived[i]!;
      const about = () => hex(this.#receivedPacket(i));
      assert.ok(verdict[i]! < VERDICTS.length || verdict[i] === HELD, `verdict ${verdict[i]}: ${about()}`);
      for (let at = end; at < end + GAP - 8; at++) {
        if (bytes[at] !== CANARY) assert.fail(`wrote ${at - end} bytes behind the end: ${about()}`);
      }
      if (bytes[start - HEADROOM - 1] !== CANARY && i > 0) assert.fail(`wrote before its room: ${about()}`);
      if (verdict[i]! > LAST_SENT_VERDICT) continue;
      const from = offset[i]!;
      const to = from + length[i]!;
      if (from < start - HEADROOM || to > end) assert.fail(`left its room: ${about()}`);
      try {
        assertSound(bytes.subarray(from, to));
      } catch (error) {
        assert.fail(`${(error as Error).message}: ${about()}`);
      }
    }
  }
}

/** A packet that may leave: of exactly its length, with a right IPv4 header checksum, and alive. */
function assertSound(packet: Uint8Array): void {
  const version = packet[0]! >>> 4;
  if (version === 4) {
    const header = (packet[0]! & 15) * 4;
    const total = packet[2]! * 256 + packet[3]!;
    if (header < 20 || total < header || total !== packet.length) {
      assert.fail(`length ${total}, header ${header} in ${packet.length} bytes: ${hex(packet)}`);
    }
    if (internetChecksum(packet.subarray(0, header)) !== 0) assert.fail(`checksum: ${hex(packet)}`);
    if (packet[8] === 0) assert.fail(`TTL 0: ${hex(packet)}`);
  } else if (version === 6) {
    const length = packet[4]! * 256 + packet[5]!;
    if (40 + length !== packet.length)
      assert.fail(`length ${length} in ${packet.length} bytes: ${hex(packet)}`);
    if (packet[7] === 0) assert.fail(`hop limit 0: ${hex(packet)}`);
  } else {
    assert.fail(`version ${version}: ${hex(packet)}`);
  }
}
