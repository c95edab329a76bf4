/** Packets of one form through the pipeline, in a process of its own: `node form.js FORM SAS`, a side of turns.ts. */
import '../../src/relay/inlining.js';
import { HEADROOM, PacketBatch } from '../../src/attachment/batch.js';
import { createVerdictCounters } from '../../src/relay/counters.js';
import { FORWARD } from '../../src/relay/verdict.js';
import { createSadMemory } from '../../src/table/layout.js';
import { SadReader } from '../../src/table/reader.js';
import { SadWriter } from '../../src/table/writer.js';
import { setEspSpi } from '../../src/wire/esp.js';
import { benchPipeline } from '../pipeline.js';
import { answerSlices, type Refillable } from '../turns/samples.js';
import { FORMS, type Form } from './forms.js';
import { makeDefinitions, randomOrder } from './table.js';

const BATCH = 64;
/** Random SPIs in a row before they repeat. */
const ORDER = 1 << 18;
/** Bytes from one packet to the next: an odd number of cache lines, with room for each packet to grow to the left. */
const STRIDE = 192;

const [name, sas] = process.argv.slice(2) as [string, string];
const form = FORMS[name]!;
const definitions = makeDefinitions(Number(sas)).map(form.define);
const memory = createSadMemory(Math.max(definitions.length, 65_536), 1, 0x5eed);
const writer = new SadWriter(memory);
for (const definition of definitions) writer.insert(definition);

/** Makes the packets of a batch ready again, with the next SPIs. */
class Refill implements Refillable {
  readonly batch = new PacketBatch(BATCH);
  readonly #words: Int32Array;
  /** Words of a packet up to its SPI. */
  readonly #head: Int32Array;
  readonly #length: number;
  readonly #spiAt: number;
  readonly #order: Int32Array;
  #next = 0;

  constructor({ packet, spiAt }: Form, order: Int32Array) {
    const { batch } = this;
    batch.count = BATCH;
    this.#words = new Int32Array(batch.bytes.buffer);
    this.#head = new Int32Array(packet.slice(0, spiAt).buffer);
    this.#length = packet.length;
    this.#spiAt = spiAt;
    this.#order = order;
    for (let i = 0; i < BATCH; i++) batch.bytes.set(packet, HEADROOM + i * STRIDE);
  }

  refill(): void {
    const { view, offset, length } = this.batch;
    const words = this.#words;
    const head = this.#head;
    for (let i = 0; i < BATCH; i++) {
      const start = HEADROOM + i * STRIDE;
      offset[i] = start;
      length[i] = this.#length;
      for (let word = 0; word < head.length; word++) words[(start >>> 2) + word] = head[word]!;
      setEspSpi(view, start + this.#spiAt, this.#order[this.#next + i]!);
    }
    this.#next = this.#next + BATCH === this.#order.length ? 0 : this.#next + BATCH;
  }
}

const verdicts = createVerdictCounters();
const pipeline = benchPipeline({ memory, lookup: new SadReader(memory, 0, BATCH), verdicts });
const spis = Int32Array.from(definitions, ({ match }) => match.spi);
answerSlices(pipeline, new Refill(form, randomOrder(spis, ORDER)), () => {
  const packets = verdicts.subarray(0, verdicts.length / 2).reduce((sum, count) => sum + count, 0);
  if (packets === 0 || verdicts[FORWARD] !== packets)
    throw new Error(`${name}: not all packets were forwarded`);
});
