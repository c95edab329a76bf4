/** The userspace endpoint against the kernel of `second`: every algorithm, mode, family, encapsulation, and ESN. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ALGORITHMS, type Algorithm, keyBytes } from '../../src/endpoint/algorithm.js';
import { SequenceFile } from '../../src/endpoint/sequence-file.js';
import { formatSpi } from '../../src/wire/esp.js';
import { eventually } from './command.js';
import { installKernelPairs, type KernelPair, openGuestPort } from './endpoint-kernel.js';
import { EndpointProcess, type EndpointSaWords, endEndpoint } from './endpoint-process.js';
import { kernelState } from './kernel.js';
import { Topology } from './topology.js';

const ENDPOINT_INNER = { 4: '10.1.0.77', 6: 'fd00:1::77' } as const;
const OUTER_4 = { endpoint: '198.18.2.254', second: '198.18.2.2' } as const;
const OUTER_6 = { endpoint: '2001:db8:2::254', second: '2001:db8:2::2' } as const;
/** Used up by both ends before, with ESN: the lower half overflows within the test. */
const USED_UP = { high: 2, low: 0xffff_fff0 };
const TWO_32 = 2 ** 32;
/** Payload bytes of pings: small, nearly the MTU, and in fragments. */
const SIZES = [0, 57, 1300, 3000];
/** Seconds; ping(8) waits for its last echo as long. */
const PING_INTERVAL = 1;

interface Case extends KernelPair {
  readonly name: string;
  readonly innerSecond: { readonly 4: string; readonly 6: string };
}

const key = (algorithm: Algorithm) => randomBytes(keyBytes(algorithm)).toString('hex');
const spiOf = (base: number, n: number) => formatSpi(base + n);

function caseOf(
  n: number,
  which: Pick<KernelPair, 'algorithm' | 'mode' | 'udp' | 'esn'>,
  family: 4 | 6,
): Case {
  const { algorithm, mode, udp, esn } = which;
  // In transport mode the addresses are the policy, so that each case needs a pair of its own.
  const own = mode === 'transport';
  const [peer, local] =
    family === 4
      ? [own ? `198.18.2.${10 + n}` : OUTER_4.endpoint, own ? `198.18.2.${150 + n}` : OUTER_4.second]
      : [own ? `2001:db8:2::1:${n}` : OUTER_6.endpoint, own ? `2001:db8:2::2:${n}` : OUTER_6.second];
  const innerSecond = own
    ? { 4: local, 6: local }
    : { 4: `10.2.${100 + n}.1`, 6: `fd00:2:${(100 + n).toString(16)}::1` };
  return {
    ...which,
    name: `${algorithm} ${mode} over IPv${family}${udp ? ' UDP' : ''}${esn ? ' ESN' : ''}`,
    local,
    peer,
    spiIn: spiOf(0x22220000, n),
    spiOut: spiOf(0x11110000, n),
    keyIn: key(algorithm),
    keyOut: key(algorithm),
    reqid: 1000 + n,
    innerSecond,
    nets: own
      ? []
      : [
          [`${innerSecond[4]}/32`, `${ENDPOINT_INNER[4]}/32`],
          [`${innerSecond[6]}/128`, `${ENDPOINT_INNER[6]}/128`],
        ],
    sequence: USED_UP,
  };
}

let next = 0;
/** Every algorithm, outer family and encapsulation; half of them with ESN. */
const TUNNELS = ALGORITHMS.flatMap((algorithm, i) =>
  ([4, 6] as const).flatMap((family) =>
    [false, true].map((udp) => {
      const esn = (i + family / 2 + Number(udp)) % 2 === 0;
      return caseOf(next++, { algorithm, mode: 'tunnel', udp, esn }, family);
    }),
  ),
);
const TRANSPORTS = ALGORITHMS.flatMap((algorithm, i) =>
  [false, true].map((udp) => {
    const family = (i + Number(udp)) % 2 === 0 ? 4 : 6;
    const esn = i % 2 === 0;
    return caseOf(next++, { algorithm, mode: 'transport', udp, esn }, family);
  }),
);
const CASES = [...TUNNELS, ...TRANSPORTS];

function saWords(which: Case): EndpointSaWords[] {
  const { name, algorithm, mode, udp, esn, local, peer, innerSecond, reqid } = which;
  const common = {
    mode,
    local: peer,
    peer: local,
    algorithm,
    esn,
    encap: udp ? 'udp:4500' : 'none',
    ...(mode === 'tunnel' && {
      'local-net': [`${ENDPOINT_INNER[4]}/32`, `${ENDPOINT_INNER[6]}/128`],
      'remote-net': [`${innerSecond[4]}/32`, `${innerSecond[6]}/128`],
    }),
  };
  assert.ok(name.length > 0);
  return [
    { name: `${reqid}-out`, direction: 'out', spi: which.spiIn, ...common },
    { name: `${reqid}-in`, direction: 'in', spi: which.spiOut, ...common },
  ];
}

describe('netns: the endpoint and the kernel', function () {
  this.timeout(240_000);
  let topology: Topology;
  let endpoint: EndpointProcess;

  before(async function () {
    this.timeout(300_000);
    // The endpoint in a namespace, and the guest behind its tap device: nothing is between them.
    topology = await Topology.alone();
    await topology.library(
      'ns_tap relay to-guest; guest_start second relay to-guest; guest_wait_ready second',
    );
    const withLength = (address: string, ipv4: number) =>
      address.includes(':') ? `${address}/64 nodad` : `${address}/${ipv4}`;
    const addresses = [OUTER_4.endpoint, OUTER_6.endpoint, ...TRANSPORTS.map(({ peer }) => peer)];
    const own = addresses.map((address) => `ip address add ${withLength(address, 24)} dev to-guest\n`);
    await topology.exec('relay', 'sh', '-c', `set -e\n${own.join('')}`);
    const outer = [OUTER_4.second, OUTER_6.second, ...TRANSPORTS.map(({ local }) => local)];
    const inner = TUNNELS.flatMap(({ innerSecond }) => [innerSecond[4], innerSecond[6]]);
    await topology.guest(
      'second',
      `set -e
ip link set eth0 up
ip -batch - <<'COMMANDS'
${outer.map((address) => `address add ${withLength(address, 24)} dev eth0`).join('\n')}
${inner.map((address) => `address add ${withLength(address, 32)} dev lo`).join('\n')}
route add ${ENDPOINT_INNER[4]}/32 via ${OUTER_4.endpoint}
route add ${ENDPOINT_INNER[6]}/128 via ${OUTER_6.endpoint}
COMMANDS`,
    );
    await openGuestPort(topology);
    await installKernelPairs(topology, CASES);
    endpoint = new EndpointProcess(topology, {
      namespace: 'relay',
      sas: CASES.flatMap(saWords),
      keys: Object.fromEntries(
        CASES.flatMap(({ reqid, keyIn, keyOut }) => [
          [`${reqid}-out`, keyIn],
          [`${reqid}-in`, keyOut],
        ]),
      ),
      more: `addresses = ["${ENDPOINT_INNER[4]}/32", "${ENDPOINT_INNER[6]}/128"]`,
    });
    for (const { esn, keyIn, keyOut } of CASES.filter((which) => which.esn)) {
      assert.ok(esn);
      for (const material of [keyIn, keyOut]) {
        const file = SequenceFile.open(
          join(endpoint.stateDirectory, 'endpoint'),
          Buffer.from(material, 'hex'),
        );
        file.write(USED_UP.high * TWO_32 + USED_UP.low);
        file.close();
      }
    }
    await endpoint.start();
    assert.deepEqual(await endpoint.verdicts(), {}, 'before anything was sent');
  });
  after(() => endEndpoint(endpoint, topology));
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    console.error(endpoint.log.slice(-4000), await endpoint.status());
    console.error((await kernelState(topology, 'second')).errors);
  });

  /** Pings of every size at once, both ways. */
  async function pingBothWays({ mode, local, peer, innerSecond }: Case): Promise<void> {
    const families = mode === 'tunnel' ? ([4, 6] as const) : [4 as const];
    const pairs = families.map((family) =>
      mode === 'tunnel' ? [ENDPOINT_INNER[family], innerSecond[family]] : [peer, local],
    ) as [string, string][];
    const pings = (from: string, to: string) =>
      SIZES.map((size) => `ping -q -c 2 -i ${PING_INTERVAL} -W 5 -s ${size} -I ${from} ${to} &`).join(' ');
    const commands = (reverse: boolean) =>
      `${pairs.map(([first, second]) => (reverse ? pings(second, first) : pings(first, second))).join(' ')} wait`;
    const [forth, back] = await Promise.all([
      topology.exec('relay', 'sh', '-c', commands(false)),
      topology.guest('second', commands(true)),
    ]);
    for (const [direction, output] of [
      ['to second', forth],
      ['from second', back],
    ] as const) {
      const received = [...output.matchAll(/(\d+) received/g)].map(([, echoes]) => Number(echoes));
      assert.deepEqual(received, Array(SIZES.length * pairs.length).fill(2), `${direction}:\n${output}`);
    }
  }

  for (const which of CASES) {
    it(`exchanges pings: ${which.name}`, () => pingBothWays(which));
  }

  for (const which of CASES.filter(({ mode, peer }) => mode === 'transport' || peer === OUTER_4.endpoint)) {
    it(`carries TCP both ways: ${which.name}`, async function () {
      const { mode, local, peer, innerSecond } = which;
      const [first, second] = mode === 'tunnel' ? [ENDPOINT_INNER[4], innerSecond[4]] : [peer, local];
      const server = topology.guest('second', `timeout 55 iperf3 -s -1 -B ${second}`);
      server.catch(() => {});
      let output = '';
      const words = ['-J', '-B', first, '-c', second, '-t', '1', '--bidir'];
      await eventually(
        'a connection to iperf3',
        async () => {
          output = (await topology.outcome('relay', ['iperf3', ...words])).stdout;
          return !output.includes('unable to connect');
        },
        () => output,
        40_000,
      );
      const { end, error } = JSON.parse(output) as {
        error?: string;
        end: { sum_received?: { bytes: number }; sum_received_bidir_reverse?: { bytes: number } };
      };
      assert.equal(error, undefined, output);
      await server;
      const { sum_received: up, sum_received_bidir_reverse: down } = end;
      assert.ok(up!.bytes > 100_000 && down!.bytes > 100_000, JSON.stringify(end).slice(0, 500));
      const megabits = (bytes: number) => `${Math.round((bytes * 8) / 1e6)}`;
      this.test!.title += ` (${megabits(up!.bytes)} and ${megabits(down!.bytes)} Mbit)`;
    });
  }

  it('counts no packet as anything else, and neither does the kernel', async () => {
    const { encrypt, decrypt, ...others } = await endpoint.verdicts();
    assert.ok(encrypt! > 1000 && decrypt! > 1000);
    // The kernel of this side sends errors about packets that come for it, into the device as into any other.
    delete others['no-policy'];
    assert.deepEqual(others, {});
    const { errors, sas } = await kernelState(topology, 'second');
    assert.deepEqual(errors, {});
    for (const [spi, { failed, replay, replayWindow }] of sas) {
      assert.deepEqual({ failed, replay, replayWindow }, { failed: 0, replay: 0, replayWindow: 0 }, spi);
    }
  });

  it('has gone over the border of the lower half with every SA that has extended numbers', async () => {
    const { sas } = await endpoint.stop();
    const extended = CASES.filter(({ esn }) => esn).flatMap(({ reqid }) => [`${reqid}-out`, `${reqid}-in`]);
    for (const { name, sequence } of sas.filter((sa) => extended.includes(sa.name))) {
      assert.ok(sequence > (USED_UP.high + 1) * TWO_32, `${name}: ${sequence}`);
    }
  });
});
