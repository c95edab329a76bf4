/** The relay's own answers, over real networks: to echo requests, and packets at the end of their hops. */
import assert from 'node:assert/strict';
import { buildPacket } from '../model/packet.js';
import type { Capture } from './capture.js';
import { eventually } from './command.js';
import { Daemon, RELAY_DOWN, RELAY_UP, tearDown } from './daemon.js';
import { Injector } from './injection.js';
import { NamespacePlace } from './place.js';
import { FIRST, type Namespace, RELAY, RELAY6, Topology } from './topology.js';

/** Answers in a second, as [icmp] rate has it. */
const RATE = 20;
const FLOOD = 3000;
const FLOOD_SECONDS = 3;

describe('netns: answers of the relay', function () {
  this.timeout(240_000);
  let topology: Topology;
  let relay: Daemon;
  let injector: Injector;

  before(async () => {
    topology = await Topology.up();
    relay = await Daemon.start(new NamespacePlace(topology, 'relay'), {
      role: 'relay',
      addresses: [RELAY, RELAY6],
      more: `[icmp]\nrate = ${RATE}`,
      sas: [RELAY_UP, RELAY_DOWN],
    });
    injector = await Injector.create(topology, relay);
  });
  after(() => tearDown(topology, relay));
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      console.error(`${relay.log}\n${JSON.stringify(await relay.verdicts())}`);
  });

  async function grown(before: Record<string, number>): Promise<Record<string, number>> {
    const now = Object.entries(await relay.verdicts()).map(
      ([verdict, packets]) => [verdict, packets - (before[verdict] ?? 0)] as const,
    );
    return Object.fromEntries(now.filter(([, packets]) => packets > 0));
  }

  const askers: readonly [namespace: Namespace, where: string][] = [
    ['first-net', "first's network"],
    ['second-net', "second's network"],
  ];
  for (const address of [RELAY, RELAY6]) {
    for (const [namespace, where] of askers) {
      it(`answers echo requests to ${address} from ${where}`, async () => {
        const before = await relay.verdicts();
        const words = ['ping', '-n', '-c', '4', '-i', '0.05', '-W', '5'];
        const sizes = ['0', '56', '1400'];
        for (const size of sizes) {
          const { stdout } = await topology.outcome(namespace, [...words, '-s', size, address]);
          assert.match(stdout, / 4 received/, `${size} bytes`);
        }
        assert.deepEqual(await grown(before), { echo: 4 * sizes.length });
      });
    }

    it(`answers a flood to ${address} within its rate, and counts the rest`, async function () {
      await new Promise((resolve) => setTimeout(resolve, 1100)); // its tokens are all there again
      const before = await relay.verdicts();
      const flood = ['ping', '-n', '-q', '-f', '-c', String(FLOOD), '-w', String(FLOOD_SECONDS), address];
      const begin = performance.now();
      const { stdout } = await topology.outcome('first-net', flood);
      const seconds = (performance.now() - begin) / 1000;
      const [sent, received] = [/(\d+) packets transmitted/, /(\d+) received/].map((pattern) =>
        Number(pattern.exec(stdout)![1]),
      ) as [number, number];
      let verdicts: Record<string, number> = {};
      await eventually(
        `verdicts of ${sent} requests`,
        async () => {
          verdicts = await grown(before);
          return (verdicts['echo'] ?? 0) + (verdicts['rate-limit'] ?? 0) === sent;
        },
        () => JSON.stringify(verdicts),
      );
      // ping(8) does not wait for the answer to its last request.
      const missed = (verdicts['echo'] ?? 0) - received;
      assert.ok(missed === 0 || missed === 1, `${received} received, ${JSON.stringify(verdicts)}`);
      // The bucket is full at the beginning.
      assert.ok(received <= RATE * (seconds + 1) + 1, `${received} answers in ${seconds} s`);
      assert.ok(received >= RATE, `${received} answers`);
      assert.ok(sent > 2 * received, `${sent} requests`);
      this.test!.title += ` (${received} of ${sent})`;
    });
  }

  /** ICMP errors that come to first's router about an ESP packet with so many hops left at the relay's host. */
  async function errorsAbout(ttl: number): Promise<Buffer[]> {
    const capture: Capture = await topology.capture('first-net', 'to-relay', 'icmp[icmptype] = 11');
    await injector.send([buildPacket({ ttl, flagsAndOffset: 0x4000, source: FIRST })]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return capture.stop();
  }

  it('is one hop on the way to second: each router before, at and behind it says Time Exceeded in turn', async () => {
    const hops = [];
    for (const ttl of [1, 2, 3]) {
      const errors = await errorsAbout(ttl);
      hops.push(
        errors.map((error) => {
          assert.equal(error.subarray(16, 20).join('.'), FIRST);
          const quoted = error.subarray(28);
          return {
            from: error.subarray(12, 16).join('.'),
            about: [quoted.subarray(12, 16).join('.'), quoted.subarray(16, 20).join('.')],
            spi: `0x${quoted.toString('hex', 20, 24)}`,
          };
        }),
      );
    }
    const asSent = { about: [FIRST, RELAY], spi: RELAY_UP['spi'] };
    assert.deepEqual(hops, [
      [{ from: '198.18.10.2', ...asSent }], // the kernel of the relay's host
      [{ from: RELAY, ...asSent }], // second's router, as the relay tells it
      [], // second
    ]);
  });
});
