/** Thread of the rekey test: a sender that uses the newest SA, and the relay that carries its packets. */
import { parentPort, workerData } from 'node:worker_threads';
import { PacketBatch } from '../../src/attachment/batch.js';
import { LAST_SENT_VERDICT } from '../../src/relay/verdict.js';
import { SadReader } from '../../src/table/reader.js';
import { makePipeline } from '../model/data-plane.js';
import { buildPacket } from '../model/packet.js';
import { MemoryAttachment } from '../support/memory-attachment.js';
import { type RekeyReport, type RekeyWorld, spiOf, toSpiOf } from './rekey-world.js';

const BATCH = 64;
const { memory, worker, verdicts, newest, inUse, stop, sent, lost } = workerData as RekeyWorld;
const lookup = new SadReader(memory, worker, BATCH);
const pipeline = makePipeline({ memory, lookup, worker, verdicts });
const batch = new PacketBatch(BATCH);
const report: RekeyReport = { sent: 0, arrived: 0, wrong: 0 };

while (Atomics.load(stop, 0) === 0) {
  const generation = Atomics.load(newest, 0);
  Atomics.store(inUse, worker, generation);
  const attachment = new MemoryAttachment({
    packets: Array<Uint8Array>(BATCH).fill(buildPacket({ spi: spiOf(generation) })),
    onSent: (packet) => {
      report.arrived++;
      const spi = new DataView(packet.buffer, packet.byteOffset).getUint32(20);
      if (spi !== toSpiOf(generation)) report.wrong++;
    },
  });
  attachment.receive(batch);
  pipeline.process(batch, 1);
  attachment.send(batch, LAST_SENT_VERDICT);
  pipeline.account(batch, Date.now());
  report.sent += BATCH;
  Atomics.store(lost, worker, report.sent - report.arrived);
  Atomics.store(sent, worker, report.sent);
}
lookup.leave();
parentPort!.postMessage(report);
