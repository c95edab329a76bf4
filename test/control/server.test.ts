import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { ControlClient } from '../../src/control/client.js';
import { Refusal } from '../../src/control/handler.js';
import { encodeRequest, messages } from '../../src/control/message.js';
import { RawPeer, Rig, until } from './rig.js';

const SA = { dst: '198.18.9.9', spi: 0x1000, to: '198.18.2.2' };

describe('control server', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(() => rig.end());

  describe('requests', () => {
    it('are answered with what the handler says', async () => {
      await rig.listen();
      const client = await ControlClient.connect(rig.path);
      const status = await client.status();
      assert.deepEqual(status.addresses, ['198.18.9.9', '2001:db8:9::9']);
      assert.deepEqual(
        status.verdicts.map(({ verdict }) => verdict),
        ['forward', 'unknown-spi', 'ttl-expired'],
      );
      const [added] = await client.addSas([{ ...SA, name: 'alice' }]);
      assert.equal(added!.id, 1);
      assert.equal(added!.toSpi, 0x1000);
      assert.equal((await client.showSa(1)).name, 'alice');
      assert.equal(await client.reload(), 'the configuration is unchanged');
      assert.equal(await client.deleteSas({ name: 'alice' }), 1);
      await assert.rejects(client.deleteSas({ id: 1 }), new Refusal('there is no SA 1'));
      assert.equal(await client.flushSas(), 0);
      client.close();
    });

    it('carry every SPI, id and counter unharmed', async () => {
      await rig.listen();
      const client = await ControlClient.connect(rig.path);
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 256, max: 0xffffffff }),
          fc.maxSafeNat(),
          fc.maxSafeNat(),
          async (spi, packets, bytes) => {
            const [added] = await client.addSas([{ ...SA, spi }]);
            const { id } = added!;
            Object.assign(rig.handler.sas.get(id)!, { packets, bytes });
            const sa = await client.showSa(id);
            assert.deepEqual([sa.spi, sa.packets, sa.bytes], [spi, packets, bytes]);
          },
        ),
        { numRuns: 100 },
      );
      client.close();
    });

    it('of one client are answered in order, those of others do not wait for them', async () => {
      await rig.listen();
      let open = () => {};
      rig.handler.gate = new Promise((resolve) => {
        open = resolve;
      });
      const slow = await RawPeer.connect(rig.path);
      slow.request({ id: 1, addSas: { sas: [SA] } });
      slow.request({ id: 2, status: {} });
      await until(() => rig.handler.calls.includes('addSas 1'), 'the first request');
      const other = await ControlClient.connect(rig.path);
      await other.status();
      other.close();
      assert.deepEqual(slow.responses, []);
      open();
      await slow.until(({ responses }) => responses.length === 2, 'both answers');
      assert.deepEqual(
        slow.responses.map(({ id, result }) => [id, result]),
        [
          [1, 'addSas'],
          [2, 'status'],
        ],
      );
      slow.socket.destroy();
    });

    it('of a client that sends thousands at once leave others their turn', async () => {
      await rig.listen();
      const greedy = await RawPeer.connect(rig.path);
      const requests = Array.from({ length: 5000 }, (_, i) =>
        encodeRequest({ version: 1, id: i + 1, flushSas: {} }),
      );
      // In one piece, so that the server gets them in one chunk, or two.
      greedy.socket.write(Buffer.concat(requests));
      await until(() => rig.handler.calls.length > 0, 'the first of many');
      const other = await ControlClient.connect(rig.path);
      await other.status();
      assert.ok(rig.handler.calls.length < 1000, `${rig.handler.calls.length} requests came first`);
      await greedy.until(({ responses }) => responses.length === 5000, 'all answers');
      assert.deepEqual(
        greedy.responses.map(({ id }) => id),
        Array.from({ length: 5000 }, (_, i) => i + 1),
      );
      other.close();
      greedy.socket.destroy();
    });

    it('sent before the client ended its side are all answered', async () => {
      await rig.listen();
      const peer = await RawPeer.connect(rig.path);
      for (let id = 1; id <= 50; id++) peer.request({ id, status: {} });
      peer.socket.end();
      await peer.until(({ closed }) => closed, 'the end');
      assert.equal(peer.responses.length, 50);
    });

    it('for lists are paged', async () => {
      await rig.listen();
      await rig.handler.addSas(Array.from({ length: 10_000 }, (_, i) => ({ ...SA, spi: 256 + i })));
      const client = await ControlClient.connect(rig.path);
      const pages: number[] = [];
      let last = 0;
      for await (const page of client.listSas()) {
        pages.push(page.length);
        for (const { id } of page) assert.equal(id, ++last);
      }
      assert.deepEqual(pages, [4096, 4096, 1808]);
      const peer = await RawPeer.connect(rig.path);
      peer.request({ id: 1, listSas: { limit: 4_000_000_000 } });
      await peer.until(({ responses }) => responses.length === 1, 'a page');
      assert.equal(peer.responses[0]!.saList!.sas!.length, 4096);
      client.close();
      peer.socket.destroy();
    });

    it('that fail inside the daemon are told and logged, and the daemon lives', async () => {
      await rig.listen();
      rig.handler.status = () => {
        throw new TypeError('a fault');
      };
      const client = await ControlClient.connect(rig.path);
      await assert.rejects(client.status(), new Refusal('ipsec-relayd failed: a fault'));
      assert.equal(rig.logged.filter((line) => line.includes('a control request failed')).length, 1);
      assert.equal(await client.flushSas(), 0);
      client.close();
    });

    it('to stop are answered, and the connection ends with the server', async () => {
      const server = await rig.listen();
      rig.handler.onStop = () => void server.close();
      const client = await ControlClient.connect(rig.path);
      await client.stop();
      assert.equal(existsSync(rig.path), false);
    });

    it('under way when the server closes are still answered', async () => {
      const server = await rig.listen();
      let open = () => {};
      rig.handler.gate = new Promise((resolve) => {
        open = resolve;
      });
      const client = await ControlClient.connect(rig.path);
      const answer = client.addSas([SA]);
      await until(() => rig.handler.calls.length === 1, 'the request');
      const closed = server.close();
      open();
      assert.equal((await answer)[0]!.id, 1);
      await closed;
    });
  });

  describe('broken clients', () => {
    const refusals: [string, RegExp, (peer: RawPeer) => void][] = [
      [
        'garbage instead of a length',
        /bytes was announced; at most 4194304/,
        (peer) => peer.socket.write('GET / HTTP/1.1\r\n\r\n'),
      ],
      [
        'garbage instead of a message',
        /no message of the control protocol/,
        (peer) => peer.message(Buffer.alloc(64, 0xff)),
      ],
      [
        'another version',
        /version 2 of the control protocol, this ipsec-relayd version 1/,
        (peer) => peer.request({ version: 2, id: 1, status: {} }),
      ],
      ['an empty message', /speaks version 0/, (peer) => peer.message(new Uint8Array(0))],
      [
        'an oversized request',
        /a message of 4194305 bytes was announced/,
        (peer) => peer.message(new Uint8Array(4 * 1024 * 1024 + 1)),
      ],
    ];
    for (const [what, sentence, send] of refusals) {
      it(`that send ${what} are told why, and the connection ends`, async () => {
        await rig.listen();
        const peer = await RawPeer.connect(rig.path);
        send(peer);
        await peer.until(({ closed }) => closed, 'the end');
        assert.equal(peer.responses.length, 1);
        assert.match(peer.responses[0]!.failure!.message!, sentence);
        assert.equal(peer.responses[0]!.failure!.kind, messages.Failure.Kind.USAGE);
      });
    }

    it('that ask for nothing known are told, and may go on', async () => {
      await rig.listen();
      const peer = await RawPeer.connect(rig.path);
      peer.request({ id: 7 });
      peer.request({ id: 8, status: {} });
      await peer.until(({ responses }) => responses.length === 2, 'both answers');
      assert.match(peer.responses[0]!.failure!.message!, /no command that this ipsec-relayd knows/);
      assert.deepEqual(
        peer.responses.map(({ id }) => id),
        [7, 8],
      );
      peer.socket.destroy();
    });

    it('that send random bytes do not harm the daemon', async function () {
      this.timeout(60_000);
      await rig.listen({ limits: { lingerMs: 20 } });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 }),
          fc.boolean(),
          async (parts, framed) => {
            const peer = await RawPeer.connect(rig.path);
            for (const part of parts) framed ? peer.message(part) : peer.socket.write(part);
            peer.socket.end();
            await peer.until(({ closed }) => closed, 'the end');
          },
        ),
        { numRuns: 300 },
      );
      const client = await ControlClient.connect(rig.path);
      await client.status();
      client.close();
      assert.deepEqual(
        rig.logged.filter((line) => line.includes('failed')),
        [],
      );
    });

    it('that do not read their answer are dropped', async () => {
      await rig.listen({ limits: { writeTimeoutMs: 100 } });
      await rig.handler.addSas(Array.from({ length: 4096 }, (_, i) => ({ ...SA, spi: 256 + i })));
      const peer = await RawPeer.connect(rig.path);
      peer.socket.pause();
      for (let id = 1; id <= 20; id++) peer.request({ id, listSas: {} });
      await until(() => rig.logged.some((line) => line.includes('does not read its answer')), 'the drop');
      // One answer filled the socket's buffer and the queue; the others were never made. A page takes 16 lots.
      assert.ok(rig.handler.calls.filter((call) => call.startsWith('listSas')).length <= 3 * 16);
      peer.socket.destroy();
    });

    it('beyond the limit are told so; the idlest gives way once it has been idle long enough', async () => {
      await rig.listen({ limits: { clients: 2, idleMs: 200 } });
      const first = await RawPeer.connect(rig.path);
      const second = await RawPeer.connect(rig.path);
      for (const peer of [first, second]) {
        peer.request({ id: 1, status: {} });
        await peer.until(({ responses }) => responses.length === 1, 'an answer');
      }
      const third = await RawPeer.connect(rig.path);
      await third.until(({ closed }) => closed, 'the refusal');
      assert.match(third.responses[0]!.failure!.message!, /^2 clients are connected to ipsec-relayd already/);
      assert.equal(third.responses[0]!.failure!.kind, messages.Failure.Kind.REFUSED);
      await new Promise((resolve) => setTimeout(resolve, 220));
      second.request({ id: 2, status: {} });
      await second.until(({ responses }) => responses.length === 2, 'an answer');
      const client = await ControlClient.connect(rig.path);
      await client.status();
      await first.until(({ closed }) => closed, 'the idle one to go');
      assert.equal(second.closed, false);
      client.close();
      second.socket.destroy();
    });

    it('that take every place and ask for nothing give way at once, the oldest first', async () => {
      await rig.listen({ limits: { clients: 8 } });
      const asked = await RawPeer.connect(rig.path);
      asked.request({ id: 1, status: {} });
      await asked.until(({ responses }) => responses.length === 1, 'an answer');
      const halfOpen = [];
      for (let i = 0; i < 7; i++) {
        const peer = await RawPeer.connect(rig.path);
        peer.socket.write(Uint8Array.of(0, 0));
        halfOpen.push(peer);
      }
      const client = await ControlClient.connect(rig.path);
      await client.status();
      await halfOpen[0]!.until(({ closed }) => closed, 'the oldest to go');
      assert.deepEqual(
        [asked, ...halfOpen.slice(1)].map(({ closed }) => closed),
        Array(7).fill(false),
      );
      client.close();
      for (const { socket } of [asked, ...halfOpen]) socket.destroy();
    });
  });

  describe('monitor', () => {
    it('gives every event until the client leaves', async () => {
      await rig.listen();
      const client = await ControlClient.connect(rig.path);
      const events = client.monitor();
      const first = events.next();
      await until(() => rig.handler.listeners === 1, 'the subscription');
      rig.handler.emit({ timeMs: 5, event: 'ready', message: 'up' });
      const { value } = await first;
      assert.deepEqual([value!.timeMs, value!.event, value!.message, value!.sa], [5, 'ready', 'up', null]);
      client.close();
      await until(() => rig.handler.listeners === 0, 'the end of the subscription');
    });

    it('holds a bounded queue for a slow client, which learns how much it missed', async () => {
      await rig.listen({ limits: { monitorQueueBytes: 64 * 1024 } });
      const peer = await RawPeer.connect(rig.path);
      peer.request({ id: 3, monitor: {} });
      await until(() => rig.handler.listeners === 1, 'the subscription');
      peer.socket.pause();
      const before = process.memoryUsage().arrayBuffers;
      const emitted = 200_000;
      for (let i = 0; i < emitted; i++)
        rig.handler.emit({ timeMs: i, event: 'sa-added', message: 'x'.repeat(100) });
      assert.ok(process.memoryUsage().arrayBuffers - before < 8 * 1024 * 1024);
      peer.socket.resume();
      await peer.until(({ responses }) => responses.at(-1)?.event?.event === 'missed', 'the missed event');
      const missed = Number(/^(\d+) events were missed/.exec(peer.responses.at(-1)!.event!.message!)![1]);
      assert.equal(peer.responses.length - 1 + missed, emitted);
      assert.ok(missed > 0 && peer.responses.every(({ id }) => id === 3));
      rig.handler.emit({ event: 'ready' });
      await peer.until(({ responses }) => responses.at(-1)?.event?.event === 'ready', 'events after it');
      peer.socket.destroy();
    });

    it('runs in at most half of the places', async () => {
      await rig.listen({ limits: { clients: 2 } });
      const one = await RawPeer.connect(rig.path);
      one.request({ id: 1, monitor: {} });
      one.request({ id: 2, status: {} });
      await one.until(({ responses }) => responses.length === 1, 'a sign of life');
      const two = await ControlClient.connect(rig.path);
      await assert.rejects(two.monitor().next(), /too many monitors/);
      two.close();
      one.socket.destroy();
    });
  });

  it('adds 65,536 SAs in sixteen requests at once', async () => {
    await rig.listen();
    const client = await ControlClient.connect(rig.path);
    const chunks = Array.from({ length: 16 }, (_, chunk) =>
      client.addSas(
        Array.from({ length: 4096 }, (_, i) => ({ ...SA, spi: 256 + chunk * 4096 + i, name: 'alice' })),
      ),
    );
    const added = (await Promise.all(chunks)).flat();
    assert.equal(added.length, 65536);
    client.close();
  });
});
