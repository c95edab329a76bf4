/** NAT keepalives on the wire (RFC 3948 §2.3, §4), of a relay that stands alone. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Daemon, type SaWords, tearDown } from './daemon.js';
import { NamespacePlace } from './place.js';
import { RELAY, RELAY6, Topology } from './topology.js';

const SECONDS = 1;
const WATCH_SECONDS = 6;
const NAT = '198.18.5.2';
const NAT6 = '2001:db8:5::2';
const OUT = 'out';

const sa = (name: string, spi: number, more: SaWords): SaWords => ({
  name,
  dst: RELAY,
  spi: `0x${spi.toString(16)}`,
  'to-spi': 'same',
  ...more,
});
/** Two SAs share alice's leg; carol's is IPv6; dave has native ESP. */
const SAS = [
  sa('alice', 0x10001, { to: NAT, 'to-encap': 'udp:4500:40001' }),
  sa('alice-new', 0x10002, { to: NAT, 'to-encap': 'udp:4500:40001' }),
  sa('bob', 0x10003, { to: NAT, 'to-encap': 'udp:4500:40002' }),
  sa('carol', 0x10004, { to: NAT6, 'to-encap': 'udp:4500:40003', 'to-src': RELAY6 }),
  sa('dave', 0x10005, { to: NAT }),
];

describe('netns: NAT keepalives', function () {
  this.timeout(120_000);
  let topology: Topology;
  let relay: Daemon;

  before(async () => {
    topology = await Topology.alone();
    const ip = (words: string) => topology.exec('relay', 'ip', ...words.split(' '));
    await ip(`link add ${OUT} type veth peer name far`);
    await ip(`link set ${OUT} up`);
    await ip('link set far up');
    await ip(`address add 198.18.5.1/24 dev ${OUT}`);
    await ip(`address add 2001:db8:5::1/64 dev ${OUT} nodad`);
    for (const address of [NAT, NAT6])
      await ip(`neigh add ${address} lladdr 02:00:00:00:00:02 dev ${OUT} nud permanent`);
    relay = await Daemon.start(new NamespacePlace(topology, 'relay'), {
      role: 'relay',
      addresses: [RELAY, RELAY6],
      more: `keepalive = ${SECONDS}`,
      sas: SAS,
    });
  });
  after(() => tearDown(topology, relay));
  afterEach(function () {
    if (this.currentTest?.state === 'failed') console.error(relay.log);
  });

  /** Datagrams between ports while something goes on: the destination port, and the whole packet. */
  async function sent(action: () => Promise<unknown>): Promise<Map<number, Buffer[]>> {
    const capture = await topology.capture('relay', OUT, 'udp port 4500');
    await action();
    const byPort = new Map<number, Buffer[]>();
    for (const packet of await capture.stop()) {
      const udp = packet[0]! >> 4 === 4 ? 20 : 40;
      const port = packet.readUInt16BE(udp + 2);
      byPort.set(port, [...(byPort.get(port) ?? []), packet]);
    }
    return byPort;
  }
  const originated = async (): Promise<number> => {
    const { originated } = JSON.parse(await relay.cli('--json', 'status'));
    return originated.keepalive.packets;
  };

  it('each leg has one in each interval, as RFC 3948 wants them', async () => {
    const before = await originated();
    const seen = await sent(() => sleep(WATCH_SECONDS * 1000));
    assert.ok((await originated()) - before >= 3 * (WATCH_SECONDS - 1));
    assert.deepEqual([...seen.keys()].sort(), [40_001, 40_002, 40_003]);
    for (const [port, packets] of seen) {
      const pace = packets.length / (WATCH_SECONDS / SECONDS);
      assert.ok(pace > 0.6 && pace < 1.4, `${packets.length} to port ${port}`);
      for (const packet of packets) {
        const isIpv4 = port !== 40_003;
        const udp = isIpv4 ? 20 : 40;
        assert.equal(packet[isIpv4 ? 8 : 7], 64, 'TTL');
        assert.equal(packet.readUInt16BE(udp), 4500);
        assert.equal(packet.readUInt16BE(udp + 4), 9);
        assert.equal(packet.readUInt16BE(udp + 6) === 0, isIpv4, 'checksum');
        assert.equal(packet.toString('hex', udp + 8), 'ff');
      }
    }
  });

  it('has none where ESP leaves, and goes on when that ends', async () => {
    const script = `import socket, struct, time
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 50)
for n in range(${WATCH_SECONDS * 5}):
  s.sendto(struct.pack('!II', 0x10001 + n % 2, n + 1) + bytes(40), ('${RELAY}', 0))
  time.sleep(0.2)`;
    const seen = await sent(async () => {
      await topology.exec('relay', 'python3', '-c', script);
    });
    const lengths = (port: number) => seen.get(port)!.map((packet) => packet.length);
    const esp = lengths(40_001).filter((length) => length > 29);
    assert.equal(esp.length, WATCH_SECONDS * 5);
    // Those before come while Python starts, and one after may come before the recording ends.
    const between = lengths(40_001).slice(
      lengths(40_001).indexOf(esp[0]!),
      lengths(40_001).lastIndexOf(esp[0]!),
    );
    assert.ok(between.length === esp.length - 1, `${lengths(40_001)}`);
    assert.ok(lengths(40_002).length >= WATCH_SECONDS - 2);
    const after = await sent(() => sleep(3500));
    assert.ok(after.get(40_001)!.length >= 2);
    assert.deepEqual(Object.keys(await relay.verdicts()), ['forward']);
  });

  it('a reload changes the interval, and 0 ends them', async () => {
    relay.configure({ role: 'relay', addresses: [RELAY, RELAY6], more: 'keepalive = 0', sas: SAS });
    await relay.cli('reload');
    await sleep(600);
    assert.equal((await sent(() => sleep(3000))).size, 0);
  });
});
