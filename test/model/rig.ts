/** The real data plane of one worker over the memory attachment, for tests. */
import { PacketBatch } from '../../src/attachment/batch.js';
import {
  createOriginatedCounters,
  createVerdictCounters,
  totalVerdicts,
  type VerdictCounters,
} from '../../src/relay/counters.js';
import { createFragmentMemory, type FragmentMemoryOptions } from '../../src/relay/fragments/memory.js';
import type { Pipeline } from '../../src/relay/pipeline.js';
import type { PuntMemory } from '../../src/relay/punt-memory.js';
import type { DataPlaneSettings } from '../../src/relay/settings.js';
import { HELD, LAST_SENT_VERDICT, VERDICTS, type Verdict } from '../../src/relay/verdict.js';
import type { SaDefinition } from '../../src/table/definition.js';
import { createSadMemory, type SadMemory } from '../../src/table/layout.js';
import { SadReader } from '../../src/table/reader.js';
import { SadWriter } from '../../src/table/writer.js';
import { equalAddresses } from '../../src/wire/address.js';
import { MemoryAttachment } from '../support/memory-attachment.js';
import { makePipeline } from './data-plane.js';

export interface RigOptions {
  readonly sas?: readonly SaDefinition[];
  readonly role?: 'relay' | 'edge';
  readonly kernelHops?: number;
  /** Packets per batch. */
  readonly batch?: number;
  readonly settings?: Partial<DataPlaneSettings>;
  /** Longest packet that leaves by each SA, bytes. */
  readonly mtu?: number;
  readonly fragmentLimits?: FragmentMemoryOptions;
  readonly punts?: PuntMemory;
}

export interface RigOutcome {
  /** `held`: it waits for other fragments of its datagram, or had to. */
  readonly verdict: Verdict | 'held';
  /** The packet sent in its place; undefined when none is. */
  readonly packet: Uint8Array | undefined;
}

export class Rig {
  readonly memory: SadMemory;
  readonly writer: SadWriter;
  readonly pipeline: Pipeline;
  readonly verdicts: VerdictCounters = createVerdictCounters();
  readonly batch: PacketBatch;
  readonly originatedCounters = createOriginatedCounters();
  /** The packets sent beside the received ones, in this order: see `src/relay/outlet.ts`. */
  readonly originated: Uint8Array[] = [];
  /** Steady time, milliseconds. */
  nowMs = 1;
  readonly #kernelHops: number;

  constructor(options: RigOptions = {}) {
    const {
      sas = [],
      role = 'relay',
      kernelHops = 0,
      batch = 64,
      settings,
      mtu,
      fragmentLimits,
      punts,
    } = options;
    this.memory = createSadMemory(64, 1, 0x5eed);
    const isRelayAddress = (address: Uint8Array) =>
      sas.some(({ match }) => equalAddresses(match.destination, address));
    this.writer = new SadWriter(this.memory, isRelayAddress);
    for (const sa of sas) {
      const slot = this.writer.insert(sa);
      if (mtu !== undefined) this.writer.setEgressMtu(slot, mtu);
    }
    const lookup = new SadReader(this.memory, 0, batch);
    this.pipeline = makePipeline({
      memory: this.memory,
      lookup,
      verdicts: this.verdicts,
      originated: this.originatedCounters,
      role,
      kernelHops,
      ...(settings && { settings }),
      ...(fragmentLimits && { fragments: createFragmentMemory(fragmentLimits) }),
      ...(punts && { punts }),
      steadyMs: () => this.nowMs,
      onOriginated: (packet) => this.originated.push(packet.slice()),
    });
    this.batch = new PacketBatch(batch);
    this.#kernelHops = kernelHops;
  }

  /** Sends packets through, batch by batch. @returns the outcome of each */
  run(packets: readonly Uint8Array[], nowMs = 1): RigOutcome[] {
    const outcomes: { verdict: Verdict | 'held'; packet: Uint8Array | undefined }[] = [];
    this.nowMs = nowMs;
    const attachment = new MemoryAttachment({
      packets,
      kernelHops: this.#kernelHops,
      onSent: (packet, index) => {
        outcomes[index]!.packet = packet.slice();
      },
    });
    while (attachment.receive(this.batch) > 0) {
      this.pipeline.process(this.batch, nowMs);
      for (let i = 0; i < this.batch.count; i++) {
        const verdict = this.batch.verdict[i]!;
        outcomes.push({ verdict: verdict === HELD ? 'held' : VERDICTS[verdict]!, packet: undefined });
      }
      attachment.send(this.batch, LAST_SENT_VERDICT);
      this.pipeline.account(this.batch, nowMs);
    }
    return outcomes;
  }

  /** Packets and bytes of each verdict that was counted. */
  counted(): Record<string, [number, number]> {
    const counted = totalVerdicts([this.verdicts]).filter(({ packets }) => packets > 0);
    return Object.fromEntries(counted.map(({ verdict, packets, bytes }) => [verdict, [packets, bytes]]));
  }
}
