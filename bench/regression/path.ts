/** The cost of packets of one of PATHS, in a process of its own: `node path.js NAME`. Prints its result as JSON. */
import '../../src/relay/inlining.js';
import { ALIGNMENT, HEADROOM, MAX_PACKET, PacketBatch } from '../../src/attachment/batch.js';
import { createVerdictCounters, totalVerdicts } from '../../src/relay/counters.js';
import { DEFAULT_SETTINGS } from '../../src/relay/settings.js';
import { createSadMemory } from '../../src/table/layout.js';
import { SadReader } from '../../src/table/reader.js';
import { SadWriter } from '../../src/table/writer.js';
import { equalAddresses } from '../../src/wire/address.js';
import { timeInTurns } from '../memory/timing.js';
import { benchPipeline } from '../pipeline.js';
import { PATHS } from './paths.js';

export interface PathResult {
  readonly name: string;
  readonly verdict: string;
  /** Of the longest packet. */
  readonly bytes: number;
  /** Nanoseconds a packet, without making it ready again. */
  readonly ns: number;
  readonly bestNs: number;
}

const BATCH = 64;
const SLICES = 25;
const SLICE_MS = 8;
/** Words at a packet's start that a pass may change. */
const CHANGED_WORDS = 32;
const RATE = 1_000_000;

const name = process.argv[2]!;
const path = PATHS[name]!;

const memory = createSadMemory(65_536, 1, 0x5eed);
const writer = new SadWriter(memory, (address) =>
  path.sas.some(({ match }) => equalAddresses(match.destination, address)),
);
for (const sa of path.sas) {
  const slot = writer.insert(sa);
  if (path.mtu !== undefined) writer.setEgressMtu(slot, path.mtu);
}
const verdicts = createVerdictCounters();
const pipeline = benchPipeline({
  memory,
  lookup: new SadReader(memory, 0, BATCH),
  verdicts,
  settings: { ...DEFAULT_SETTINGS, icmpRate: RATE, icmpTranslateRate: 1000 * RATE },
});

const longest = Math.max(...path.packets.map((packet) => packet.length));
/** Bytes from one packet to the next, as the TUN attachment places them; an odd number of cache lines uses all of the cache. */
const stride = ((longest + HEADROOM + ALIGNMENT - 1) & -ALIGNMENT) | ALIGNMENT;
const batch = new PacketBatch(BATCH, 2 * HEADROOM + BATCH * stride + MAX_PACKET + 1);
const words = new Int32Array(batch.bytes.buffer);
/** The packets' first words, and their lengths. */
const heads = new Int32Array(path.packets.length * CHANGED_WORDS);
const lengths = Int32Array.from(path.packets, (packet) => packet.length);
const headBytes = new Uint8Array(heads.buffer);
for (const [i, packet] of path.packets.entries()) {
  headBytes.set(packet.subarray(0, CHANGED_WORDS * 4), i * CHANGED_WORDS * 4);
}
// The bytes behind the changed words are the same in all packets of a path, or are not read.
for (let i = 0; i < BATCH; i++) batch.bytes.set(path.packets[i % path.packets.length]!, placeOf(i));

function placeOf(i: number): number {
  return HEADROOM + i * stride;
}

let next = 0;
function refill(): void {
  for (let i = 0; i < BATCH; i++) {
    const to = placeOf(i) >>> 2;
    const from = next * CHANGED_WORDS;
    for (let word = 0; word < CHANGED_WORDS; word++) words[to + word] = heads[from + word]!;
    batch.offset[i] = to << 2;
    batch.length[i] = lengths[next]!;
    next = next + 1 === lengths.length ? 0 : next + 1;
  }
  batch.count = BATCH;
}

const nowMs = Date.now();
const { whole, alone } = timeInTurns(
  {
    whole: {
      packets: BATCH,
      step() {
        refill();
        pipeline.process(batch, nowMs);
        pipeline.account(batch, nowMs);
      },
    },
    alone: { packets: BATCH, step: refill },
  },
  SLICES,
  SLICE_MS,
);
const others = totalVerdicts([verdicts]).filter(
  ({ verdict, packets }) => packets > 0 && verdict !== path.verdict,
);
if (others.length > 0) throw new Error(`${name}: ${JSON.stringify(others)}`);
const result: PathResult = {
  name,
  verdict: path.verdict,
  bytes: longest,
  ns: whole.ns - alone.ns,
  bestNs: whole.bestNs - alone.bestNs,
};
process.stdout.write(JSON.stringify(result));
