/**
 * One number of SAs with one kind of lookup, in a process of its own: code that has seen both lookups is
 * compiled for both. Reads its task from the command line, prints its result as JSON.
 */
import '../../src/relay/inlining.js';
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { PacketBatch } from '../../src/attachment/batch.js';
import { createVerdictCounters, totalVerdicts } from '../../src/relay/counters.js';
import { relayLoop } from '../../src/relay/loop.js';
import type { Pipeline } from '../../src/relay/pipeline.js';
import { LAST_SENT_VERDICT } from '../../src/relay/verdict.js';
import { COUNTER_STRIDE, type SadMemory } from '../../src/table/layout.js';
import { MapCachedReader } from '../../src/table/map-cache.js';
import { type SadLookup, SadReader } from '../../src/table/reader.js';
import { addressWord, parseAddress } from '../../src/wire/address.js';
import { MemoryAttachment } from '../../test/support/memory-attachment.js';
import { benchPipeline } from '../pipeline.js';
import { makePacket, Refill } from './packets.js';
import { CPeer } from './peer.js';
import { accountStage, checksumStage, lookupStage, parseStage, rewriteStage } from './stages.js';
import { fillTable, RELAY, randomOrder } from './table.js';
import { type Timing, timeInTurns } from './timing.js';

export const BATCHES = [1, 32, 64, 256] as const;
const STAGE_BATCH = 64;
/** Random SPIs in a row before they repeat: far more than any cache line's worth of each SA. */
const ORDER = 1 << 20;
const LOOP_PACKETS = 1 << 16;
const LOOP_ROUNDS = 4;
const SLICES = 7;

export type LookupKind = 'probe' | 'map';

export interface CaseResult {
  readonly sas: number;
  readonly lookup: LookupKind;
  readonly batches: readonly {
    readonly batch: number;
    /** Process and account, making the packets ready again not counted. */
    readonly pipelineNs: number;
    readonly bestPipelineNs: number;
    /** The same by the peer in C, in turns with it. */
    readonly peerNs: number;
    readonly bestPeerNs: number;
    readonly refillNs: number;
    /** relayLoop over the memory attachment, which copies each packet in. */
    readonly loopNs: number;
    /** That attachment's receive and send alone. */
    readonly attachmentNs: number;
  }[];
  /** At batch 64. */
  readonly stages: Readonly<Record<string, Timing>>;
}

/** A pipeline with counters and lookup of its own. */
function makePipeline(memory: SadMemory, kind: LookupKind) {
  const maxBatch = Math.max(...BATCHES);
  const lookup: SadLookup =
    kind === 'map' ? new MapCachedReader(memory, 0, maxBatch) : new SadReader(memory, 0, maxBatch);
  const verdicts = createVerdictCounters();
  const pipeline = benchPipeline({ memory, lookup, verdicts });
  return { lookup, verdicts, pipeline };
}

/** @throws unless the peer does to the same packets exactly as the pipeline does */
function compareWork(pipeline: Pipeline, peer: CPeer, memory: SadMemory, order: Int32Array): void {
  const nowMs = Date.now();
  const counters = memory.counters[0]!;
  const work = (isPeer: boolean) => {
    const refill = new Refill(STAGE_BATCH, order);
    const { batch } = refill;
    const verdicts = createVerdictCounters();
    refill.refill();
    const before = counters.slice();
    if (isPeer) {
      peer.open(memory, verdicts, batch);
      peer.relay(batch.count, nowMs);
    } else {
      pipeline.process(batch, nowMs);
      pipeline.account(batch, nowMs);
    }
    const slots = [...batch.sa].flatMap((sa) =>
      Array.from({ length: COUNTER_STRIDE }, (_, i) => (sa - 1) * COUNTER_STRIDE + i),
    );
    // The last two words of an SA's counters hold times and sources, which do not add up.
    const counted = slots.map((at) =>
      at % COUNTER_STRIDE < 2 ? counters[at]! - before[at]! : counters[at]!,
    );
    return { bytes: batch.bytes, length: batch.length, verdict: batch.verdict, sa: batch.sa, counted };
  };
  assert.deepEqual(work(true), work(false));
}

function measureCase(sas: number, kind: LookupKind, sliceMs: number): CaseResult {
  const { memory, spis } = fillTable(sas);
  const order = randomOrder(spis, ORDER);
  const { lookup, verdicts, pipeline } = makePipeline(memory, kind);
  const peer = new CPeer();
  compareWork(pipeline, peer, memory, order);
  const packets = [...order.subarray(0, LOOP_PACKETS)].map(makePacket);

  const batches = BATCHES.map((size) => {
    const refill = new Refill(size, order);
    peer.open(memory, verdicts, refill.batch);
    const { whole, alone, peers } = timeInTurns(
      {
        whole: {
          packets: size,
          step() {
            refill.refill();
            pipeline.process(refill.batch, Date.now());
            pipeline.account(refill.batch, Date.now());
          },
        },
        alone: { packets: size, step: () => refill.refill() },
        peers: {
          packets: size,
          step() {
            refill.refill();
            peer.relay(size, Date.now());
          },
        },
      },
      SLICES,
      sliceMs,
    );
    const batch = new PacketBatch(size);
    const stop = new Int32Array(1);
    const { loop, attachment } = timeInTurns(
      {
        loop: {
          packets: LOOP_PACKETS * LOOP_ROUNDS,
          step() {
            const attachment = new MemoryAttachment({ packets, rounds: LOOP_ROUNDS });
            relayLoop({ attachment, pipeline, lookup, batch, stop });
          },
        },
        attachment: {
          packets: LOOP_PACKETS * LOOP_ROUNDS,
          step() {
            const attachment = new MemoryAttachment({ packets, rounds: LOOP_ROUNDS });
            while (attachment.receive(batch) > 0) attachment.send(batch, LAST_SENT_VERDICT);
          },
        },
      },
      3,
      1,
    );
    return {
      batch: size,
      pipelineNs: whole.ns - alone.ns,
      bestPipelineNs: whole.bestNs - alone.bestNs,
      peerNs: peers.ns - alone.ns,
      bestPeerNs: peers.bestNs - alone.bestNs,
      refillNs: alone.ns,
      loopNs: loop.ns,
      attachmentNs: attachment.ns,
    };
  });
  const dropped = totalVerdicts([verdicts]).filter(
    ({ verdict, packets }) => verdict !== 'forward' && packets > 0,
  );
  if (dropped.length > 0) throw new Error(`packets were dropped: ${JSON.stringify(dropped)}`);

  const { batch } = new Refill(STAGE_BATCH, order);
  batch.length.fill(makePacket(0).length);
  const destination = addressWord(parseAddress(RELAY), 3);
  const stages = timeInTurns(
    {
      parse: parseStage(batch),
      lookup: lookupStage(lookup, order, destination, STAGE_BATCH),
      rewrite: rewriteStage(batch),
      checksum: checksumStage(batch),
      account: accountStage(pipeline, batch, sas, ORDER),
    },
    SLICES,
    sliceMs,
  );
  return { sas, lookup: kind, batches, stages };
}

const { values } = parseArgs({
  options: { sas: { type: 'string' }, lookup: { type: 'string' }, slice: { type: 'string' } },
});
const result = measureCase(Number(values.sas), values.lookup as LookupKind, Number(values.slice));
process.stdout.write(JSON.stringify(result));
