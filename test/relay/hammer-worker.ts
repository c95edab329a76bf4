/** Thread of the hammer: relays packets at full speed and compares each with the entries. */
import { parentPort, workerData } from 'node:worker_threads';
import { HEADROOM, PacketBatch } from '../../src/attachment/batch.js';
import { FORWARD, UNKNOWN_SPI, VERDICTS } from '../../src/relay/verdict.js';
import { MapCachedReader } from '../../src/table/map-cache.js';
import { SadReader } from '../../src/table/reader.js';
import { sum16 } from '../../src/wire/checksum.js';
import { makePipeline } from '../model/data-plane.js';
import { buildPacket } from '../model/packet.js';
import { randomFrom } from '../model/random.js';
import {
  existsAt,
  generationOf,
  LEG_SIZES,
  RACING,
  SAS,
  spiOf,
  TO_SPI_BASE,
  UNKNOWN,
  type WorkerReport,
  type World,
} from './hammer-world.js';

const BATCH = 64;
const STRIDE = 192;
const MAX_WRONG = 5;
const world = workerData as World;
const { memory, worker, legs, begun, done, stop, met } = world;
const lookup =
  world.lookup === 'map' ? new MapCachedReader(memory, worker, BATCH) : new SadReader(memory, worker, BATCH);
const pipeline = makePipeline({
  memory,
  lookup,
  worker,
  verdicts: world.verdicts,
  role: 'relay',
});
const batch = new PacketBatch(BATCH);
const { view } = batch;
const random = randomFrom(worker);
const templates = Array.from({ length: SAS }, (_, sa) => buildPacket({ spi: spiOf(sa), sequence: sa }));
const chosen = new Int32Array(BATCH);
const doneBefore = new Int32Array(BATCH);
const forwarded = new Array<number>(SAS).fill(0);
/** Per leg: the highest step that any of its packets has met. */
const legStep = new Int32Array(LEG_SIZES.length);
const wrong: string[] = [];
let packets = 0;
let unknown = 0;
let racingPackets = 0;

function fill(): void {
  batch.count = BATCH;
  for (let i = 0; i < BATCH; i++) {
    const sa = random() % SAS;
    chosen[i] = sa;
    doneBefore[i] = Atomics.load(done, sa);
    batch.offset[i] = HEADROOM + i * STRIDE;
    batch.length[i] = templates[sa]!.length;
    batch.bytes.set(templates[sa]!, batch.offset[i]!);
  }
}

/** The fault of packet `i`, or undefined. */
function judge(i: number): string | undefined {
  const sa = chosen[i]!;
  const from = doneBefore[i]!;
  const until = Atomics.load(begun, sa);
  if (from !== until) racingPackets++;
  const verdict = batch.verdict[i]!;
  if (verdict === UNKNOWN_SPI) {
    unknown++;
    for (let step = from; step <= until; step++) if (!existsAt(sa, step)) return undefined;
    return `lost, though SA ${sa} existed from step ${from} to ${until}`;
  }
  if (verdict !== FORWARD) return `SA ${sa}: ${VERDICTS[verdict]}`;
  forwarded[sa]!++;
  const ip = batch.offset[i]!;
  const source = view.getUint32(ip + 12);
  const destination = view.getUint32(ip + 16);
  const toSpi = view.getUint32(ip + 20);
  const generation = toSpi - TO_SPI_BASE;
  const found = `source 0x${source.toString(16)} destination 0x${destination.toString(16)} SPI 0x${toSpi.toString(16)}`;
  if (destination - 0x0a000000 !== generation || source - 0x0b000000 !== generation)
    return `a mixture: ${found}`;
  const step = (generation - sa) / SAS;
  if (generationOf(sa, step) !== generation || !Number.isInteger(step)) return `not of SA ${sa}: ${found}`;
  if (step < from || step > until || !existsAt(sa, step)) {
    return `SA ${sa} of step ${step}, between steps ${from} and ${until}`;
  }
  const leg = legs[sa]!;
  if (leg >= 0) {
    if (step < legStep[leg]!)
      return `SA ${sa} of step ${step}, after its leg had moved on to ${legStep[leg]}`;
    legStep[leg] = step;
  }
  if (sum16(view, ip, 20) !== 0xffff) return `a wrong checksum: ${found}`;
  if (view.getUint32(ip + 24) !== sa) return `another sequence number: ${found}`;
  return undefined;
}

while (Atomics.load(stop, 0) === 0) {
  const [racingBefore, unknownBefore] = [racingPackets, unknown];
  fill();
  pipeline.process(batch, 1);
  for (let i = 0; i < BATCH; i++) {
    const problem = judge(i);
    if (problem !== undefined && wrong.length < MAX_WRONG) wrong.push(problem);
  }
  pipeline.account(batch, 1);
  packets += BATCH;
  Atomics.add(met, RACING, racingPackets - racingBefore);
  Atomics.add(met, UNKNOWN, unknown - unknownBefore);
}
lookup.leave();
parentPort!.postMessage({ packets, forwarded, unknown, racingPackets, wrong } satisfies WorkerReport);
