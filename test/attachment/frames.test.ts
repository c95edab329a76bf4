/** The rules that the data plane keeps towards an attachment: the frames of a batch are its own, and `send` ends their use. */
import assert from 'node:assert/strict';
import type { Attachment } from '../../src/attachment/attachment.js';
import { createIdentificationCounters } from '../../src/relay/identification.js';
import { relayLoop } from '../../src/relay/loop.js';
import { createSadMemory } from '../../src/table/layout.js';
import { SadReader } from '../../src/table/reader.js';
import { SadWriter } from '../../src/table/writer.js';
import { equalAddresses } from '../../src/wire/address.js';
import { corpus } from '../model/corpus.js';
import { makePipeline } from '../model/data-plane.js';
import { WORLD } from '../model/world.js';
import { FrameAttachment } from '../support/frame-attachment.js';
import { MemoryAttachment } from '../support/memory-attachment.js';

const BATCH = 32;

function relay(attachment: Attachment, mtu: number): void {
  const memory = createSadMemory(WORLD.length, 1, 1);
  const isRelayAddress = (address: Uint8Array) =>
    WORLD.some(({ match }) => equalAddresses(match.destination, address));
  const writer = new SadWriter(memory, isRelayAddress);
  for (const sa of WORLD) writer.setEgressMtu(writer.insert(sa), mtu);
  const lookup = new SadReader(memory, 0, BATCH);
  const identifications = createIdentificationCounters().fill(0);
  const pipeline = makePipeline({ attachment, memory, lookup, identifications, steadyMs: () => 1 });
  relayLoop({
    attachment,
    pipeline,
    lookup,
    batch: attachment.createBatch(BATCH),
    stop: new Int32Array(1),
  });
}

describe('attachment: frames that no batch owns', () => {
  it('are all given back, and carry what memory of the batch’s own carries', () => {
    const packets = corpus('relay').map(({ bytes }) => bytes);
    for (const mtu of [1500, 300]) {
      const expected: Uint8Array[] = [];
      relay(new MemoryAttachment({ packets, onSent: (packet) => expected.push(packet.slice()) }), mtu);
      const attachment = new FrameAttachment(packets);
      relay(attachment, mtu);
      assert.ok(expected.length > 100);
      assert.deepEqual(attachment.sent, expected);
    }
  });
});
