/** The endpoint as the aware first computer: through the real relay, which substitutes both SPIs, to a real kernel. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type Algorithm, keyBytes } from '../../src/endpoint/algorithm.js';
import { eventually } from './command.js';
import { Daemon, RELAY_DOWN, RELAY_UP } from './daemon.js';
import { installKernelPairs, type KernelPair } from './endpoint-kernel.js';
import { EndpointProcess, endEndpoint } from './endpoint-process.js';
import { kernelState } from './kernel.js';
import { NamespacePlace } from './place.js';
import {
  RELAY,
  SECOND,
  SECOND_HOST,
  SECOND_INNER,
  SPI_TO_FIRST,
  SPI_TO_FIRST_WIRE,
  SPI_TO_SECOND,
  SPI_TO_SECOND_WIRE,
  Topology,
} from './topology.js';

const ENDPOINT = '198.18.1.254';
const ENDPOINT_INNER = '10.1.0.77';

describe('netns: the endpoint as aware first computer, through the relay', function () {
  this.timeout(240_000);
  let topology: Topology;
  let relay: Daemon;
  let endpoint: EndpointProcess | undefined;

  before(async function () {
    this.timeout(300_000);
    topology = await Topology.up();
    relay = await Daemon.start(new NamespacePlace(topology, 'relay'), {
      role: 'relay',
      sas: [
        { ...RELAY_UP, mode: 'aware' },
        { ...RELAY_DOWN, to: ENDPOINT, mode: 'aware' },
      ],
    });
  });
  after(async () => {
    try {
      if (endpoint?.running) await endpoint.stop();
      assert.equal(await relay.stop(), 0);
    } finally {
      await endEndpoint(undefined, topology);
    }
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    console.error(
      relay.log,
      endpoint?.log,
      await relay.verdicts(),
      (await kernelState(topology, 'second')).errors,
    );
  });

  /** Keys at both ends; the endpoint knows both SPIs of each direction, unless it is `unaware`. */
  async function connect(algorithm: Algorithm, esn: boolean, unaware = false): Promise<EndpointProcess> {
    const [keyIn, keyOut] = [0, 1].map(() => randomBytes(keyBytes(algorithm)).toString('hex')) as [
      string,
      string,
    ];
    const pair: KernelPair = {
      algorithm,
      mode: 'tunnel',
      udp: false,
      esn,
      local: SECOND,
      peer: RELAY,
      spiIn: SPI_TO_SECOND,
      spiOut: SPI_TO_FIRST,
      keyIn,
      keyOut,
      reqid: 1,
      nets: [['10.2.0.0/24', `${ENDPOINT_INNER}/32`]],
    };
    await installKernelPairs(topology, [pair]);
    await topology.guest(
      'second',
      `ip xfrm policy add src ${ENDPOINT_INNER}/32 dst 10.2.0.0/24 dir fwd priority 2 tmpl src ${RELAY} dst ${SECOND} proto esp reqid 1 mode tunnel`,
    );
    const common = {
      local: ENDPOINT,
      peer: RELAY,
      algorithm,
      esn,
      'local-net': [`${ENDPOINT_INNER}/32`],
      'remote-net': ['10.2.0.0/24'],
    };
    endpoint = new EndpointProcess(topology, {
      namespace: 'first-net',
      sas: [
        {
          name: 'up',
          direction: 'out',
          spi: SPI_TO_SECOND_WIRE,
          ...(!unaware && { 'icv-spi': SPI_TO_SECOND }),
          ...common,
        },
        {
          name: 'down',
          direction: 'in',
          spi: SPI_TO_FIRST_WIRE,
          ...(!unaware && { 'icv-spi': SPI_TO_FIRST }),
          ...common,
        },
      ],
      keys: { up: keyIn, down: keyOut },
      more: `addresses = ["${ENDPOINT_INNER}/24"]`,
    });
    await endpoint.start();
    return endpoint;
  }

  /** @returns echoes */
  async function ping(to: string, options = ''): Promise<number> {
    const output = await topology.exec(
      'first-net',
      'sh',
      '-c',
      `ping -q -c 3 -i 0.2 -W 5 ${options} ${to} || true`,
    );
    return Number(/(\d+) received/.exec(output)![1]);
  }

  for (const [algorithm, esn] of [
    ['aes-128-gcm', false],
    ['chacha20-poly1305', true],
    ['aes-256-cbc-hmac-sha512', true],
  ] as const) {
    it(`reaches second and the host behind it, and is reached: ${algorithm}${esn ? ' ESN' : ''}`, async () => {
      const before = await relay.verdicts();
      const connected = await connect(algorithm, esn);
      assert.equal(await ping(SECOND_INNER), 3);
      assert.equal(await ping(SECOND_HOST, '-s 1300'), 3);
      assert.equal(await ping(SECOND_HOST, '-s 4000'), 3, 'in fragments inside');
      const back = await topology.exec('second-host', 'ping', '-q', '-c', '3', '-i', '0.2', ENDPOINT_INNER);
      assert.match(back, / 3 received/);
      const server = topology.outcome('second-host', ['timeout', '20', 'iperf3', '-s', '-1']);
      await eventually('an iperf3 server', async () =>
        (await topology.exec('second-host', 'ss', '-Hltn')).includes(':5201'),
      );
      const text = await topology.exec('first-net', 'iperf3', '-J', '-c', SECOND_HOST, '-t', '1', '--bidir');
      await server;
      const { end } = JSON.parse(text) as { end: { sum_received: { bytes: number } } };
      assert.ok(end.sum_received.bytes > 100_000);
      const { verdicts } = await connected.stop();
      endpoint = undefined;
      assert.deepEqual(
        Object.keys(verdicts).filter((verdict) => verdict !== 'no-policy'),
        ['encrypt', 'decrypt'],
      );
      const after = await relay.verdicts();
      const forwarded = after['forward']! - (before['forward'] ?? 0);
      // Of each echo of 4,000 bytes, two pieces are 1,500 bytes long: second's kernel encrypts them and fragments the
      // results, the relay forwards fragment by fragment, and the endpoint's kernel reassembles.
      const fragments = 3 * 2;
      assert.equal(forwarded, verdicts['encrypt']!.packets + verdicts['decrypt']!.packets + fragments);
      assert.deepEqual((await kernelState(topology, 'second')).errors, {});
    });
  }

  it('is refused by both ends when it does not know the SPIs behind the relay: the negative control', async () => {
    const connected = await connect('aes-128-gcm', false, true);
    assert.equal(await ping(SECOND_INNER), 0);
    await topology.guest('second', `ping -q -c 3 -i 0.2 -W 1 -I ${SECOND_INNER} ${ENDPOINT_INNER} || true`);
    const { verdicts } = await connected.stop();
    endpoint = undefined;
    assert.equal(verdicts['integrity']!.packets, 3);
    assert.equal(verdicts['decrypt'], undefined);
    const { errors } = await kernelState(topology, 'second');
    assert.equal(errors['XfrmInStateProtoError'], 3);
  });
});
