/** The pipeline that the benchmarks over memory measure. */
import { createOriginatedCounters } from '../src/relay/counters.js';
import { createFragmentMemory } from '../src/relay/fragments/memory.js';
import { createIdentificationCounters } from '../src/relay/identification.js';
import { Pipeline, type PipelineOptions } from '../src/relay/pipeline.js';
import { createPuntMemory } from '../src/relay/punt-memory.js';
import { DEFAULT_SETTINGS } from '../src/relay/settings.js';

/** A relay's first worker, with memory of its own for everything that is not given. Nothing leaves beside the batches. */
export function benchPipeline(
  given: Pick<PipelineOptions, 'memory' | 'lookup' | 'verdicts'> & Partial<PipelineOptions>,
): Pipeline {
  return new Pipeline({
    attachment: { kernelHops: 0, send: ({ count }) => count },
    worker: 0,
    originated: createOriginatedCounters(),
    fragments: createFragmentMemory({ memory: 1 << 20, datagrams: 256, timeoutMs: 30_000 }),
    identifications: createIdentificationCounters(),
    punts: createPuntMemory(1),
    role: 'relay',
    settings: DEFAULT_SETTINGS,
    ...given,
  });
}
