/**
 * The plain ESP path of one version of the relay, in a process of its own: `node side.js DIRECTORY SAS [FEATURE]`, where
 * DIRECTORY is a built checkout, and FEATURE one of features.ts, for this checkout only. A side of turns.ts.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type * as countersModule from '../../src/relay/counters.js';
import type * as fragmentsModule from '../../src/relay/fragments/memory.js';
import type * as identificationModule from '../../src/relay/identification.js';
import type * as pipelineModule from '../../src/relay/pipeline.js';
import type * as puntModule from '../../src/relay/punt-memory.js';
import type * as settingsModule from '../../src/relay/settings.js';
import type * as readerModule from '../../src/table/reader.js';
import type * as packetsModule from '../memory/packets.js';
import type * as tableModule from '../memory/table.js';
import { answerSlices } from '../turns/samples.js';

const BATCH = 64;
/** Random SPIs in a row before they repeat. */
const ORDER = 1 << 18;

const [directory, sas, feature] = process.argv.slice(2) as [string, string, string | undefined];

async function table(): Promise<tableModule.FilledTable> {
  if (feature === undefined) return fillTable(Number(sas));
  const { fillWithFeature } = await import('./features.js');
  return fillWithFeature(feature, Number(sas));
}

/** @param path where this version has the module @param before where the baseline has it, if elsewhere */
function load<Module>(path: string, before = path): Promise<Module> {
  const file = [path, before].map((name) => join(directory, 'dist', name)).find(existsSync);
  return import(file ?? path) as Promise<Module>;
}

/** Nothing leaves beside the batches. */
const NO_ATTACHMENT = { kernelHops: 0, send: ({ count }: { count: number }) => count };

// The baseline lacks these.
const isThere = (path: string) => existsSync(join(directory, 'dist', path));
if (isThere('src/relay/inlining.js')) await load('src/relay/inlining.js');
const PUNTS = 'src/relay/punt-memory.js';
const punts = isThere(PUNTS) ? (await load<typeof puntModule>(PUNTS)).createPuntMemory(1) : undefined;
const { fillTable, randomOrder } = await load<typeof tableModule>('bench/memory/table.js');
const { Refill } = await load<typeof packetsModule>('bench/memory/packets.js');
const { SadReader } = await load<typeof readerModule>('src/table/reader.js', 'src/sad/reader.js');
const { createFragmentMemory } = await load<typeof fragmentsModule>(
  'src/relay/fragments/memory.js',
  'src/relay/fragment-memory.js',
);
const { createIdentificationCounters } = await load<typeof identificationModule>(
  'src/relay/identification.js',
);
const { DEFAULT_SETTINGS } = await load<typeof settingsModule>('src/relay/settings.js');
const { Pipeline } = await load<typeof pipelineModule>('src/relay/pipeline.js');
const { createOriginatedCounters, createVerdictCounters } =
  await load<typeof countersModule>('src/relay/counters.js');

const { memory, spis } = await table();
const refill = new Refill(BATCH, randomOrder(spis, ORDER));
const verdicts = createVerdictCounters();
const pipeline = new Pipeline({
  memory,
  lookup: new SadReader(memory, 0, BATCH),
  worker: 0,
  verdicts,
  role: 'relay',
  attachment: NO_ATTACHMENT,
  originated: createOriginatedCounters(),
  fragments: createFragmentMemory({ memory: 1 << 20, datagrams: 256, timeoutMs: 30_000 }),
  identifications: createIdentificationCounters(),
  punts: punts!,
  settings: DEFAULT_SETTINGS,
});
answerSlices(pipeline, refill, () => {
  if (verdicts.some((packets, verdict) => verdict > 0 && verdict < verdicts.length / 2 && packets > 0)) {
    throw new Error('packets were dropped');
  }
});
