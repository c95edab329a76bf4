/** The straight way of packets that change their form beside the general way: the same packets come to the same bytes. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HEADROOM, PacketBatch } from '../../src/attachment/batch.js';
import { Accounting } from '../../src/relay/accounting.js';
import { BatchClock } from '../../src/relay/batch-clock.js';
import { ChangingPath } from '../../src/relay/changing.js';
import { readCarrier } from '../../src/relay/classifier.js';
import { createOriginatedCounters, createVerdictCounters } from '../../src/relay/counters.js';
import { Forwarder } from '../../src/relay/forwarder.js';
import { Found } from '../../src/relay/found.js';
import { IcmpErrors } from '../../src/relay/icmp/error.js';
import { createIdentificationCounters, Identifications } from '../../src/relay/identification.js';
import { Outlet } from '../../src/relay/outlet.js';
import { TokenBucket } from '../../src/relay/token-bucket.js';
import { FORWARD, GENERAL, KNOWN } from '../../src/relay/verdict.js';
import type { SaDefinition } from '../../src/table/definition.js';
import { carrierOf, createSadMemory, KIND_UDP, SOURCE_STRIDE, sourceWords } from '../../src/table/layout.js';
import { NOT_FOUND, SadReader } from '../../src/table/reader.js';
import { SourceNotes } from '../../src/table/source-notes.js';
import { SadWriter } from '../../src/table/writer.js';
import { familyOf, parseAddress } from '../../src/wire/address.js';
import { Packet, readPlainIp } from '../../src/wire/packet.js';
import { hex } from '../model/bytes.js';
import { encode } from '../model/ip.js';
import { lookupAll } from '../model/sad.js';
import { FIRST, FIRST_PORT, HAIRPIN_SAS, PAIRS, type PacketWords, packetFor } from '../model/world.js';
import { MemoryAttachment } from '../support/memory-attachment.js';

const SAS = PAIRS.flatMap(({ up, down }) => [up, down]);
const CHANGING = SAS.filter(
  ({ match, emit }) => match.kind !== emit.kind || familyOf(match.destination) !== familyOf(emit.destination),
);
/** Bytes of {@link Side.batch} that a packet covers with the room before it. */
const ROOM = 2048;

interface SideOptions {
  readonly udp6ZeroChecksum: boolean;
  readonly ttlChange: number;
}

/** An SAD of one worker, and a batch of one packet whose SA is found. */
class Side {
  readonly batch = new PacketBatch(1);
  readonly found = new Found();
  readonly #memory = createSadMemory(256, 1, 0x5eed);
  readonly #writer = new SadWriter(this.#memory);
  readonly #slots: ReadonlyMap<SaDefinition, number>;
  readonly #lookup = new SadReader(this.#memory, 0, 1);
  readonly #changing: ChangingPath;
  readonly #forwarder: Forwarder;

  constructor(options: SideOptions) {
    const memory = this.#memory;
    const lookup = this.#lookup;
    const { found } = this;
    this.#slots = new Map([...SAS, ...HAIRPIN_SAS].map((sa) => [sa, this.#writer.insert(sa)]));
    const sources = new SourceNotes(memory, 0);
    const counters = createIdentificationCounters();
    // The same on both sides.
    counters.forEach((_, i) => {
      counters[i] = i * 1600;
    });
    const identifications = new Identifications(counters);
    const clock = new BatchClock();
    const accounting = new Accounting(memory.counters[0]!, createVerdictCounters(), clock);
    const outlet = new Outlet(new MemoryAttachment({ packets: [] }), createOriginatedCounters());
    const errors = new IcmpErrors({ outlet, bucket: new TokenBucket(1, 0), clock, identifications, ttl: 64 });
    const common = { memory, sources, identifications, ...options };
    this.#changing = new ChangingPath({ ...common, found });
    this.#forwarder = new Forwarder({ ...common, lookup, accounting, outlet, errors });
  }

  receive(sa: SaDefinition, bytes: Uint8Array, mtu: number): void {
    const { batch, found } = this;
    const { match } = sa;
    const source = parseAddress(FIRST[familyOf(match.destination)]);
    const query = { ...match, source, sourcePort: match.kind === KIND_UDP ? FIRST_PORT : 0 };
    this.#writer.setEgressMtu(this.#slots.get(sa)!, mtu);
    found.records[0] = lookupAll(this.#lookup, [query])[0]!;
    found.carriers[0] = carrierOf(match.kind, match.port);
    batch.count = 1;
    batch.bytes.fill(0x5a, 0, ROOM);
    batch.bytes.set(bytes, HEADROOM);
    batch.offset[0] = HEADROOM;
    batch.length[0] = bytes.length;
    batch.arrived[0] = bytes.length;
    batch.sa[0] = 0;
    batch.verdict[0] = KNOWN;
  }

  change(): boolean {
    return this.#changing.relay(this.batch);
  }

  /** The general way. @returns the verdict */
  forward(): number {
    const { batch, found } = this;
    const packet = new Packet();
    readPlainIp(batch.view, batch.offset[0]!, batch.length[0]!, packet);
    readCarrier(batch.view, packet, found.carriers[0]!);
    const resolved = this.#forwarder.resolveTo(0, found.records[0]!, packet);
    return resolved === FORWARD ? this.#forwarder.forward(batch, 0, packet, undefined, 0) : resolved;
  }

  /** All that a packet may change. */
  state() {
    const { batch } = this;
    const { counters, latestSources } = this.#memory;
    return {
      place: [batch.offset[0], batch.length[0], batch.sa[0]],
      bytes: hex(batch.bytes.subarray(0, ROOM)),
      noted: sourceWords(counters[0]!)
        .subarray(0, 256 * SOURCE_STRIDE)
        .join(),
      latest: raw(latestSources),
    };
  }
}

/** Its bytes, to be compared. */
function raw({ buffer, byteOffset, byteLength }: Int32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

const PACKETS = fc.record({
  tos: fc.nat(255),
  ttl: fc.integer({ min: 2, max: 255 }),
  identification: fc.nat(0xffff),
  flags: fc.constantFrom(0, 0x4000),
  flowLabel: fc.nat(0xfffff),
  // Around 1260 bytes, where an IPv4 packet made from IPv6 gets DF.
  payload: fc
    .oneof(fc.nat(64), fc.integer({ min: 1180, max: 1280 }))
    .map((length) => Array.from({ length }, (_, i) => i & 0xff)),
  checksum: fc.constantFrom(undefined, 'right' as const),
});
const MTU = fc.constantFrom(0xffff, 1280, 100);

const bytesOf = (sa: SaDefinition, words: PacketWords) => Uint8Array.from(encode(packetFor(sa, words)));

/** UDP over IPv6 gains a checksum over the whole packet. */
function gainsChecksum({ match, emit }: SaDefinition, words: PacketWords): boolean {
  if (emit.kind !== KIND_UDP || familyOf(emit.destination) !== 6) return false;
  return match.kind !== KIND_UDP || (familyOf(match.destination) === 4 && words.checksum === undefined);
}

/** Bytes in front of the SPI. */
function headerOf({ kind, destination }: SaDefinition['match'] | SaDefinition['emit']): number {
  return (familyOf(destination) === 4 ? 20 : 40) + (kind === KIND_UDP ? 8 : 0);
}

describe('relay/changing', () => {
  for (const udp6ZeroChecksum of [false, true]) {
    for (const ttlChange of [-1, 0, 1]) {
      const options = { udp6ZeroChecksum, ttlChange };
      it(`does what the general way does, byte for byte, or nothing: ${JSON.stringify(options)}`, () => {
        const straight = new Side(options);
        const general = new Side(options);
        let taken = 0;
        fc.assert(
          fc.property(fc.constantFrom(...CHANGING), PACKETS, MTU, (sa, words, mtu) => {
            const bytes = bytesOf(sa, words);
            for (const side of [straight, general]) side.receive(sa, bytes, mtu);
            const received = straight.state();
            const verdict = general.forward();
            if (straight.change()) {
              taken++;
              assert.deepEqual([straight.batch.verdict[0], verdict], [FORWARD, FORWARD]);
            } else {
              assert.deepEqual([straight.batch.verdict[0], straight.state()], [KNOWN, received]);
              const fits = bytes.length + headerOf(sa.emit) - headerOf(sa.match) <= mtu;
              assert.ok(!fits || (!udp6ZeroChecksum && gainsChecksum(sa, words)));
              assert.equal(straight.forward(), verdict);
            }
            assert.deepEqual(straight.state(), general.state());
          }),
          { numRuns: 300 },
        );
        assert.ok(taken > 120, `it took ${taken}`);
      });
    }
  }

  it('leaves packets without an SA, hairpins, SAs that keep the form, and used-up TTLs to the general way', () => {
    const side = new Side({ udp6ZeroChecksum: false, ttlChange: -1 });
    const leaves = (sa: SaDefinition, words: PacketWords, prepare?: () => void): void => {
      side.receive(sa, bytesOf(sa, words), 1500);
      prepare?.();
      const received = [side.batch.verdict[0], side.state()];
      assert.equal(side.change(), false);
      assert.deepEqual([side.batch.verdict[0], side.state()], received);
    };
    leaves(CHANGING[0]!, {}, () => {
      side.found.records[0] = NOT_FOUND;
    });
    leaves(CHANGING[0]!, {}, () => {
      side.batch.verdict[0] = GENERAL;
    });
    for (const sa of HAIRPIN_SAS) leaves(sa, {});
    for (const sa of SAS) leaves(sa, CHANGING.includes(sa) ? { ttl: 1 } : {});
  });
});
