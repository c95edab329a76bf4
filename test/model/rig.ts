/** The real data plane of one worker over the memory attachment, for tests. */
import { PacketBatch } from '../../src/attachment/batch.js';
import { MemoryAttachment } from '../../src/attachment/memory.js';
import { createVerdictCounters, totalVerdicts, type VerdictCounters } from '../../src/relay/counters.js';
import { Pipeline } from '../../src/relay/pipeline.js';
import { LAST_SENT_VERDICT, VERDICTS, type Verdict } from '../../src/relay/verdict.js';
import type { SaDefinition } from '../../src/sad/definition.js';
import { createSadMemory, type SadMemory } from '../../src/sad/layout.js';
import { SadReader } from '../../src/sad/reader.js';
import { SadWriter } from '../../src/sad/writer.js';
import type { Outcome } from './relay.js';

export interface RigOptions {
  readonly sas?: readonly SaDefinition[];
  readonly role?: 'relay' | 'edge';
  readonly kernelHops?: number;
  /** Packets per batch. */
  readonly batch?: number;
}

export class Rig {
  readonly memory: SadMemory;
  readonly writer: SadWriter;
  readonly pipeline: Pipeline;
  readonly verdicts: VerdictCounters = createVerdictCounters();
  readonly batch: PacketBatch;
  readonly #kernelHops: number;

  constructor({ sas = [], role = 'relay', kernelHops = 0, batch = 64 }: RigOptions = {}) {
    this.memory = createSadMemory(64, 1, 0x5eed);
    this.writer = new SadWriter(this.memory);
    for (const sa of sas) this.writer.insert(sa);
    const lookup = new SadReader(this.memory, 0, batch);
    this.pipeline = new Pipeline({
      memory: this.memory,
      lookup,
      worker: 0,
      verdicts: this.verdicts,
      role,
      kernelHops,
    });
    this.batch = new PacketBatch(batch);
    this.#kernelHops = kernelHops;
  }

  /** Sends packets through, batch by batch. @returns what became of each */
  run(packets: readonly Uint8Array[], nowMs = 1): Outcome[] {
    const outcomes: { verdict: Verdict; packet: Uint8Array | undefined }[] = [];
    const attachment = new MemoryAttachment({
      packets,
      kernelHops: this.#kernelHops,
      onSent: (packet, index) => {
        outcomes[index]!.packet = packet.slice();
      },
    });
    while (attachment.receive(this.batch) > 0) {
      this.pipeline.process(this.batch);
      for (let i = 0; i < this.batch.count; i++) {
        outcomes.push({ verdict: VERDICTS[this.batch.verdict[i]!]!, packet: undefined });
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
