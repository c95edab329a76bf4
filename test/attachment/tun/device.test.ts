import assert from 'node:assert/strict';
import { TunDevice } from '../../../src/attachment/tun/device.js';
import { TunAttachment } from '../../../src/attachment/tun/queue.js';
import { Punts } from '../../../src/daemon/punts.js';
import { BatchClock } from '../../../src/relay/batch-clock.js';
import { Punt } from '../../../src/relay/punt.js';
import { createPuntMemory } from '../../../src/relay/punt-memory.js';
import { IKE } from '../../../src/relay/verdict.js';
import { describeInNamespace } from '../../native/in-namespace.js';
import * as network from '../../native/network.js';

describeInNamespace('TunDevice', import.meta.url, ({ it, afterEach }) => {
  const undo: (() => unknown)[] = [];

  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  function open(queues: number): TunDevice {
    const device = TunDevice.open('tun-a', queues);
    undo.push(() => device.close());
    network.ip('address', 'add', `${network.LOCAL}/24`, 'dev', 'tun-a');
    network.ip('link', 'set', 'tun-a', 'up');
    return device;
  }

  function attach(device: TunDevice, queue: number): TunAttachment {
    const attachment = new TunAttachment(device.queues[queue]!);
    undo.push(() => attachment.close());
    return attachment;
  }

  it('opens a queue for each worker, sends packets of its own, and says when it cannot', async () => {
    const device = open(2);
    assert.equal(new Set(device.queues.map(({ fd }) => fd)).size, 2);
    attach(device, 0);
    attach(device, 1);
    const peer = await network.udpSocket();
    undo.push(() => peer.close());
    const received = network.collect(peer);
    const packet = network.udpPacket(peer.address().port, Buffer.from('own'));
    assert.equal(device.send(packet), true);
    await network.until(() => received.length === 1);
    assert.equal(received.join(), 'own');
    assert.equal(device.send(new Uint8Array(0)), false);
    network.ip('link', 'set', 'tun-a', 'down');
    assert.equal(device.send(packet), false);
  });

  it('leaves nothing open when there is no such device', () => {
    const device = open(1);
    attach(device, 0);
    assert.throws(() => TunDevice.open('tun-a', 2), { code: 'EBUSY' });
    device.close();
    device.close();
    assert.match(network.ip('link', 'show'), /tun-a/);
  });

  it('answers a packet that a worker punted', async () => {
    const device = open(1);
    const attachment = attach(device, 0);
    const memory = createPuntMemory(1);
    const punts = new Punts(memory);
    undo.push(() => punts.close());
    const client = await network.udpSocket();
    undo.push(() => client.close());
    const answers = network.collect(client);
    punts.subscribe(IKE, ({ packet }) => {
      const payload = Buffer.from(packet.subarray(network.IPV4_UDP_HEADERS));
      const port = new DataView(packet.buffer).getUint16(20);
      assert.equal(device.send(network.udpPacket(port, Buffer.concat([Buffer.from('re: '), payload]))), true);
    });
    await network.send(client, 'question');
    const batch = attachment.createBatch(4);
    assert.equal(attachment.receive(batch), 1);
    assert.equal(new Punt(memory, 0, new BatchClock()).offer(batch, 0, IKE), IKE);
    await network.until(() => answers.length === 1);
    assert.equal(answers.join(), 're: question');
  });
});
