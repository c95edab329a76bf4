/** The pipeline's peer in C (bench/peers/pipeline.c): an addon that does the same work over the same SAD, with prefetch instructions. */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { PacketBatch } from '../../src/attachment/batch.js';
import type { VerdictCounters } from '../../src/relay/counters.js';
import { FORWARD, GENERAL, VERDICTS } from '../../src/relay/verdict.js';
import * as layout from '../../src/table/layout.js';

const PEERS = resolve(import.meta.dirname, '../../../bench/peers');

interface Addon {
  open(...world: (ArrayBufferView | number)[]): void;
  relay(count: number, nowMs: number): void;
}

/** Compiles the addon with the layout of today's SAD, and loads it. */
function loadAddon(): Addon {
  const numbers = Object.entries(layout).filter(([, value]) => typeof value === 'number');
  const words = [...numbers, ['FORWARD', FORWARD], ['GENERAL', GENERAL], ['VERDICTS', VERDICTS.length]];
  const defines = words.map(([name, value]) => `-D${name}=${value}`).join(' ');
  execFileSync('make', ['-s', '-C', PEERS, 'pipeline', `DEFINES=${defines}`], { stdio: 'inherit' });
  return createRequire(import.meta.url)(join(PEERS, 'build/pipeline.node')) as Addon;
}

/** The one peer of a process: processes and counts the packets of a batch, as `Pipeline` does. */
export class CPeer {
  readonly #addon = loadAddon();

  /** @param batch whose packets {@link relay} handles from now on; the counters are those of worker 0 */
  open(memory: layout.SadMemory, verdicts: VerdictCounters, batch: PacketBatch): void {
    this.#addon.open(
      memory.records,
      memory.index,
      memory.addresses,
      memory.control,
      memory.counters[0]!,
      verdicts,
      batch.bytes,
      batch.offset,
      batch.length,
      batch.verdict,
      batch.sa,
      memory.seed,
    );
  }

  relay(count: number, nowMs: number): void {
    this.#addon.relay(count, nowMs);
  }
}
