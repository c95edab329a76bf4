/** A pipeline over memory, with whatever a test does not care about. */
import type { Attachment } from '../../src/attachment/attachment.js';

import {
  createOriginatedCounters,
  createVerdictCounters,
  type OriginatedCounters,
  type VerdictCounters,
} from '../../src/relay/counters.js';
import { createFragmentMemory, type FragmentMemory } from '../../src/relay/fragments/memory.js';
import { createIdentificationCounters, type IdentificationCounters } from '../../src/relay/identification.js';
import { Pipeline } from '../../src/relay/pipeline.js';
import { createPuntMemory, type PuntMemory } from '../../src/relay/punt-memory.js';
import { type DataPlaneSettings, DEFAULT_SETTINGS } from '../../src/relay/settings.js';
import type { SadMemory } from '../../src/table/layout.js';
import type { SadLookup } from '../../src/table/reader.js';
import { MemoryAttachment } from '../support/memory-attachment.js';

export interface DataPlaneOptions {
  readonly memory: SadMemory;
  readonly lookup: SadLookup;
  readonly worker?: number;
  readonly verdicts?: VerdictCounters;
  readonly originated?: OriginatedCounters;
  readonly role?: 'relay' | 'edge';
  readonly kernelHops?: number;
  readonly settings?: Partial<DataPlaneSettings>;
  readonly fragments?: FragmentMemory;
  readonly punts?: PuntMemory;
  readonly steadyMs?: () => number;
  /** Called with the packets that leave beside the batches; without it, they are only counted. */
  readonly onOriginated?: (packet: Uint8Array) => void;
  /** Through which it leaves, instead. */
  readonly attachment?: Attachment;
  readonly identifications?: IdentificationCounters;
}

export const FRAGMENT_LIMITS = { memory: 1 << 20, datagrams: 256, timeoutMs: 30_000 };

export function makePipeline(options: DataPlaneOptions): Pipeline {
  const { memory, lookup, worker = 0, role = 'relay', kernelHops = 0, onOriginated, steadyMs } = options;
  return new Pipeline({
    attachment:
      options.attachment ??
      new MemoryAttachment({ packets: [], kernelHops, ...(onOriginated && { onSent: onOriginated }) }),
    memory,
    lookup,
    worker,
    verdicts: options.verdicts ?? createVerdictCounters(),
    originated: options.originated ?? createOriginatedCounters(),
    fragments: options.fragments ?? createFragmentMemory(FRAGMENT_LIMITS),
    identifications: options.identifications ?? createIdentificationCounters(),
    punts: options.punts ?? createPuntMemory(worker + 1, 4096),
    role,
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    ...(steadyMs && { steadyMs }),
  });
}
