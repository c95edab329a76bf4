/** Key exchanges of unmodified strongSwan in the guests, through the relay, which holds no key. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressText } from '../model/bytes.js';
import { Charon } from './charon.js';
import { eventually } from './command.js';
import { Daemon, type SaWords, type StatusJson, tearDown } from './daemon.js';
import { hostState } from './host-state.js';
import { endMasquerade, forgetFlows, masquerade } from './masquerade.js';
import { NamespacePlace } from './place.js';
import { FIRST, FIRST6, RELAY, RELAY6, SECOND, SECOND_HOST, SECOND6, Topology } from './topology.js';
import { host, ping } from './traffic.js';

const FIRST_NET = '10.1.0.0/24';
const SECOND_NET = '10.2.0.0/24';
/** Where first moves to; the router on its link knows the whole net. */
const FIRST_ELSEWHERE = '198.18.1.77';

const SERVICE = `[[second]]
name = "gw1"
addresses = ["${SECOND}", "${SECOND6}"]
[[service]]
name = "vpn"
addresses = ["${RELAY}", "${RELAY6}"]
seconds = ["gw1"]`;

/** Sends the datagrams of a capture that first sent once more, from this namespace's own address. */
const REPLAY = `
import sys
from scapy.all import IP, UDP, Raw, rdpcap, send
packets = [p for p in rdpcap(sys.argv[1]) if IP in p and UDP in p and p[IP].src == '198.18.1.1']
again = [IP(src='198.18.10.1', dst=p[IP].dst) / UDP(sport=p[UDP].sport, dport=p[UDP].dport) / Raw(bytes(p[UDP].payload)) for p in packets]
send(again, verbose=False, inter=0.01)
print(len(again))
`;

interface ConnectionJson {
  readonly id: number;
  readonly state: string;
  readonly service: string;
  readonly second: string;
  readonly ike: readonly {
    readonly version: number;
    readonly initiator_spi: string;
    readonly responder_spi: string;
  }[];
  readonly first: { readonly address: string; readonly port: number };
  readonly relay: { readonly address: string; readonly port: number };
  readonly sas: readonly number[];
  readonly moves: number;
  readonly packets: number;
}

/** The ends of an ICMP error, its type and code, and the datagram that it quotes. */
function readError(packet: Buffer) {
  const isIpv6 = packet[0]! >>> 4 === 6;
  const header = isIpv6 ? 40 : 20;
  const ends = (at: number) => {
    const length = isIpv6 ? 16 : 4;
    const start = at + (isIpv6 ? 8 : 12);
    return [start, start + length].map((from) => addressText([...packet.subarray(from, from + length)]));
  };
  const quote = header + 8;
  const [from, to] = ends(quote);
  const udp = quote + header;
  return {
    ends: ends(0).join(' -> '),
    quoted: `${from} ${packet.readUInt16BE(udp)} -> ${to} ${packet.readUInt16BE(udp + 2)}`,
    type: packet[header],
    code: packet[header + 1],
    mtu: packet.readUInt32BE(header + 4),
  };
}

describe('netns: key exchange through the relay', function () {
  this.timeout(180_000);
  let topology: Topology;
  let tests = 0;
  let relay: Daemon;
  let first: Charon | undefined;
  let second: Charon | undefined;

  before(async () => {
    topology = await Topology.up();
    // MOBIKE probes every pair of addresses that the two ends have: none leads past the relay.
    for (const net of ['198.18.2.0/24', '2001:db8:2::/64']) {
      await topology.exec('first-net', 'ip', 'route', 'replace', 'blackhole', net);
    }
  });
  after(() => tearDown(topology));

  beforeEach(async () => {
    relay = await Daemon.start(new NamespacePlace(topology, 'relay'), {
      role: 'relay',
      sas: [],
      addresses: [RELAY, RELAY6],
      more: SERVICE,
      stateDirectory: join(topology.directory, `state-${tests++}`),
    });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      for (const charon of [first, second]) if (charon) console.log(await charon.log());
      console.log(relay.log.slice(-4000));
    }
    await first?.stop();
    await second?.stop();
    [first, second] = [undefined, undefined];
    await relay.stop();
  });

  const json = async <T>(words: string) => JSON.parse(await relay.cli('--json', ...words.split(' '))) as T;
  const connections = async () =>
    (await json<{ connections: ConnectionJson[] }>('connection list')).connections;
  /** Pings from first's net to second's, one after another. @returns how many came back */
  const series = async (count: number): Promise<number> => {
    const output = await host(topology, 'first-host').run(
      `ping -q -c ${count} -i 0.05 -W 5 ${SECOND_HOST} || true`,
    );
    return Number(/(\d+) received/.exec(output)![1]);
  };
  const verdict = async (name: string) => (await json<StatusJson>('status')).verdicts[name]!.packets;
  const fromFirst = () => ping(host(topology, 'first-host'), SECOND_HOST, 5);

  /** First's address changes, as in another network. */
  const readdress = (from: string, to: string) =>
    topology.guest(
      'first',
      `ip addr del ${from}/24 dev eth0; ip addr add ${to}/24 dev eth0; ip route replace default via 198.18.1.254 dev eth0`,
    );

  async function bothEnds(
    more: { version?: 1 | 2; dpdSeconds?: number; connection?: string; daemon?: string } = {},
    family: 4 | 6 = 4,
  ): Promise<void> {
    second = await Charon.start(topology, 'second', {
      local: family === 4 ? SECOND : SECOND6,
      remote: '%any',
      localNet: SECOND_NET,
      remoteNet: FIRST_NET,
      ...more,
    });
    first = await Charon.start(topology, 'first', {
      // MOBIKE chooses the address itself.
      local: family === 4 ? '%any4' : FIRST6,
      remote: family === 4 ? RELAY : RELAY6,
      localNet: FIRST_NET,
      remoteNet: SECOND_NET,
      ...more,
    });
  }

  for (const family of [4, 6] as const) {
    it(`sets up IKEv2 over IPv${family}, learns both SPIs from their first packets and loses none`, async () => {
      await bothEnds({}, family);
      await first!.initiate();
      assert.equal(await fromFirst(), 5);
      const [connection, ...others] = await connections();
      assert.deepEqual(others, []);
      assert.equal(connection!.state, 'established');
      assert.deepEqual([connection!.service, connection!.second], ['vpn', 'gw1']);
      assert.deepEqual(connection!.first, { address: family === 4 ? FIRST : FIRST6, port: 4500 });
      assert.equal(connection!.relay.address, family === 4 ? RELAY : RELAY6);
      assert.deepEqual(
        connection!.ike.map(({ initiator_spi, responder_spi }) => `${initiator_spi}:${responder_spi}`),
        await first!.ikeSas(),
      );
      const { sas } = await json<{ sas: { origin: string; connection: number }[] }>('sa list');
      assert.deepEqual(
        sas.map(({ origin, connection: id }) => [origin, id]),
        [
          ['learned', connection!.id],
          ['learned', connection!.id],
        ],
      );
      assert.equal(connection!.packets, 10);
      for (const drop of ['ike', 'unknown-spi', 'ike-unmatched', 'not-ipsec'])
        assert.equal(await verdict(drop), 0, drop);
    });
  }

  it('sets up IKEv1 in main mode', async () => {
    await bothEnds({ version: 1 });
    await first!.initiate();
    assert.equal(await fromFirst(), 5);
    assert.deepEqual(
      (await connections()).map(({ state, ike }) => [state, ike[0]!.version]),
      [['established', 1]],
    );
  });

  it('rekeys CHILD_SA and IKE_SA by either end under pings, without losing one', async () => {
    await bothEnds();
    await first!.initiate();
    assert.equal(await fromFirst(), 5);
    const running = series(160);
    for (const charon of [first!, second!]) {
      await charon.swanctl('--rekey --child net');
      await sleep(700);
      await charon.swanctl('--rekey --ike vpn');
      await sleep(700);
    }
    assert.equal(await running, 160);
    // After rekeying it is still the same connection, and its new SPIs are known.
    const [connection, ...others] = await connections();
    assert.deepEqual([others.length, connection!.moves], [0, 0]);
    await first!.swanctl('--rekey --child net');
    const [pair] = await first!.ikeSas();
    assert.ok(
      (await connections())[0]!.ike.some(
        ({ initiator_spi, responder_spi }) => `${initiator_spi}:${responder_spi}` === pair,
      ),
      `${pair} is not known`,
    );
    assert.equal(await verdict('ike-unmatched'), 0);
  });

  it('follows a first that roams with MOBIKE, with all of its SAs', async () => {
    await bothEnds();
    await first!.initiate();
    assert.equal(await fromFirst(), 5);
    const running = series(100);
    await sleep(1000);
    await readdress(FIRST, FIRST_ELSEWHERE);
    try {
      await eventually('the move', async () => {
        const [connection] = await connections();
        return connection!.first.address === FIRST_ELSEWHERE;
      });
      const received = await running;
      // The gap is strongSwan's: it retransmits by the second, and 100 pings take five.
      assert.ok(received >= 20, `${received} of 100 pings came back around the move`);
      assert.equal(await fromFirst(), 5);
      const [connection, ...others] = await connections();
      assert.deepEqual([others.length, connection!.moves], [0, 1]);
      assert.equal(await ping(host(topology, 'second-host'), '10.1.0.2', 5), 5);
    } finally {
      await readdress(FIRST_ELSEWHERE, FIRST);
    }
  });

  it('is not moved by a stranger that replays everything that the first has sent', async () => {
    await topology.library('capture_start replay relay to-first udp');
    await bothEnds();
    await first!.initiate();
    assert.equal(await fromFirst(), 5);
    await first!.swanctl('--rekey --child net');
    await first!.swanctl('--rekey --ike vpn');
    await second!.swanctl('--rekey --child net');
    assert.equal(await fromFirst(), 5);
    await topology.library('capture_stop replay');
    const running = series(100);
    const replayed = await topology.exec(
      'first-net',
      '/usr/bin/python3',
      '-c',
      REPLAY,
      join(topology.directory, 'captures/replay.pcap'),
    );
    assert.ok(Number(replayed) >= 15, replayed);
    assert.equal(await running, 100);
    const [connection, ...others] = await connections();
    assert.deepEqual([connection!.first.address, connection!.moves], [FIRST, 0]);
    // The replayed IKE_SA_INIT of a stranger is an exchange of its own, which is never completed.
    assert.ok(others.every(({ state }) => state === 'half-open'));
    assert.equal(await ping(host(topology, 'second-host'), '10.1.0.2', 5), 5);
  });

  it('leads a first to another second when the one of its share does not answer', async () => {
    relay.configure({
      role: 'relay',
      sas: [],
      addresses: [RELAY, RELAY6],
      more: SERVICE.replace('seconds = ["gw1"]', 'seconds = ["dead", "gw1"]').concat(
        '\n[[second]]\nname = "dead"\naddresses = ["198.18.2.9"]\nweight = 100000',
      ),
    });
    await relay.cli('reload');
    await bothEnds();
    await assert.rejects(first!.swanctl('--initiate --child net --timeout 5'));
    await first!.swanctl('--terminate --ike vpn --force').catch(() => {});
    const { seconds } = await json<{ seconds: { name: string; state: string; trouble: string }[] }>(
      'second list',
    );
    const dead = seconds.find(({ name }) => name === 'dead')!;
    assert.notEqual(dead.state, 'up');
    assert.match(
      dead.trouble,
      /^dead \(198\.18\.2\.9\) has left \d requests in a row unanswered.*; check that IKE/,
    );
    await first!.initiate();
    assert.equal(await fromFirst(), 5);
    assert.equal((await connections()).at(-1)!.second, 'gw1');
  });

  it('says so when a firewall at the second drops UDP port 4500', async () => {
    await topology.exec(
      'second-net',
      'nft',
      'table ip firewall { chain forward { type filter hook forward priority 0; udp dport 4500 drop; }; }',
    );
    try {
      await bothEnds();
      await assert.rejects(first!.swanctl('--initiate --child net --timeout 5'));
      const sentence =
        /on (UDP )?port 4500.*; check that its firewall accepts UDP port 4500 from 198\.18\.9\.9/;
      for (const command of ['connection list', 'second list', 'status', 'connection show 1'])
        assert.match((await relay.cli(...command.split(' '))).replace(/\s+/g, ' '), sentence, command);
    } finally {
      await topology.exec('second-net', 'nft', 'delete', 'table', 'ip', 'firewall');
    }
    // Nothing is said any more once the second has answered there.
    await first!.swanctl('--terminate --ike vpn --force').catch(() => {});
    await first!.initiate();
    assert.equal(await fromFirst(), 5);
    assert.doesNotMatch(await relay.cli('second', 'list'), /attention/);
  });

  it('follows a first whose NAT forgets its mapping, by its next exchange', async () => {
    await masquerade(topology, 20_000);
    try {
      await bothEnds({ dpdSeconds: 2 });
      await first!.initiate();
      assert.equal(await fromFirst(), 5);
      const [{ first: before } = assert.fail('no connection')] = await connections();
      assert.ok(before.port >= 20_000 && before.port < 20_100, `port ${before.port}`);
      await masquerade(topology, 30_000);
      await forgetFlows(topology);
      await eventually(
        'the move',
        async () => (await connections())[0]!.first.port >= 30_000,
        async () => JSON.stringify(await connections()),
        30_000,
      );
      assert.equal(await fromFirst(), 5);
      const [connection, ...others] = await connections();
      assert.deepEqual([others.length, connection!.moves], [0, 1]);
    } finally {
      await endMasquerade(topology);
    }
  });

  it('goes on after kill -9, without a new IKE SA', async () => {
    await bothEnds();
    await first!.initiate();
    assert.equal(await fromFirst(), 5);
    const before = await first!.ikeSas();
    const [{ id, relay: own } = assert.fail('no connection')] = await connections();
    await relay.stop('KILL');
    await relay.start();
    assert.equal(await fromFirst(), 5);
    assert.equal(await ping(host(topology, 'second-host'), '10.1.0.2', 5), 5);
    const [connection] = await connections();
    assert.deepEqual([connection!.id, connection!.relay, connection!.state], [id, own, 'established']);
    await second!.swanctl('--rekey --child net');
    assert.equal(await fromFirst(), 5);
    assert.deepEqual(await first!.ikeSas(), before);
  });

  it('leads nobody to a second that is draining, and lets established connections go on', async () => {
    await bothEnds();
    await first!.initiate();
    await relay.cli('second', 'set', 'gw1', '--drain');
    const { seconds } = await json<{ seconds: { state: string; connections: number }[] }>('second list');
    assert.deepEqual(
      seconds.map(({ state, connections }) => [state, connections]),
      [['draining', 1]],
    );
    assert.equal(await fromFirst(), 5);
    // A reload that would cut it off changes nothing at all.
    const configure = (more: string, sas: SaWords[]) =>
      relay.configure({ role: 'relay', sas, addresses: [RELAY, RELAY6], more });
    configure(SERVICE.replace(`"${SECOND}", `, ''), [{ dst: RELAY, spi: '0x5000', to: SECOND }]);
    await assert.rejects(relay.cli('reload'), /not reloaded: gw1 has connections over IPv4/);
    const { sas } = await json<{ sas: { origin: string }[] }>('sa list');
    assert.ok(sas.length > 0 && sas.every(({ origin }) => origin === 'learned'));
    configure(SERVICE, []);
    await relay.cli('reload');
    assert.equal(await fromFirst(), 5);
    await first!.swanctl('--terminate --ike vpn');
    await assert.rejects(first!.swanctl('--initiate --child net --timeout 3'));
    // Its retransmissions would be answered once the second takes new firsts again.
    await first!.swanctl('--terminate --ike vpn --force').catch(() => {});
    assert.ok((await verdict('ike-no-second')) > 0);
    await relay.cli('second', 'set', 'gw1', '--undrain');
    await first!.initiate();
    assert.equal(await fromFirst(), 5);
  });

  it('carries the exchanges of an address that is its host’s own', async () => {
    await relay.stop();
    const own = [`${RELAY}/32`, `${RELAY6}/128`];
    for (const one of own)
      await topology.exec('relay', 'ip', 'address', 'add', one, 'dev', 'to-second', 'nodad');
    const before = await hostState(topology, 'relay');
    try {
      relay = await Daemon.start(new NamespacePlace(topology, 'relay'), {
        role: 'relay',
        sas: [],
        addresses: [RELAY, RELAY6],
        more: `shared-address = true\n${SERVICE}`,
      });
      await bothEnds();
      await first!.initiate();
      assert.equal(await fromFirst(), 5);
      const [{ relay: towards } = assert.fail('no connection')] = await connections();
      assert.ok(towards.port >= 49_152, `port ${towards.port}`);
      await second!.swanctl('--rekey --child net');
      await first!.swanctl('--rekey --ike vpn');
      assert.equal(await fromFirst(), 5);
      assert.equal(await ping(host(topology, 'second-host'), '10.1.0.2', 5), 5);
      for (const drop of ['ike', 'unknown-spi', 'ike-unmatched', 'peer-mismatch'])
        assert.equal(await verdict(drop), 0, drop);
      // The host itself answers on it, as before.
      const answers = await topology.exec('second-net', 'ping', '-c', '2', '-i', '0.2', RELAY);
      assert.match(answers, / 2 received/);
      await relay.stop();
      assert.equal(await hostState(topology, 'relay'), before);
    } finally {
      for (const one of own) await topology.exec('relay', 'ip', 'address', 'del', one, 'dev', 'to-second');
    }
  });

  it('tells the first that the second’s host refuses it, in an error about what the first had sent', async () => {
    const withoutSecond = async (family: 4 | 6, addresses: string[]) => {
      relay.configure({
        role: 'relay',
        sas: [],
        addresses: [RELAY, RELAY6],
        more: SERVICE.replace(`"${SECOND}", "${SECOND6}"`, addresses.map((one) => `"${one}"`).join(', ')),
      });
      await relay.cli('reload');
      const capture = await topology.capture(
        'relay',
        'to-first',
        family === 4 ? 'icmp' : 'icmp6 and ip6[40] < 128',
      );
      first = await Charon.start(topology, 'first', {
        local: family === 4 ? '%any4' : FIRST6,
        remote: family === 4 ? RELAY : RELAY6,
        localNet: FIRST_NET,
        remoteNet: SECOND_NET,
      });
      await assert.rejects(first.swanctl('--initiate --child net --timeout 1'));
      await first.stop();
      first = undefined;
      // One for each time that the first asked.
      const [error, ...others] = (await capture.stop()).map(readError);
      for (const other of others) assert.deepEqual(other, error);
      return error;
    };
    assert.deepEqual(await withoutSecond(4, [SECOND]), {
      ends: `${RELAY} -> ${FIRST}`,
      quoted: `${FIRST} 500 -> ${RELAY} 500`,
      type: 3,
      code: 3,
      mtu: 0,
    });
    // Second speaks the other family.
    assert.deepEqual(await withoutSecond(6, [SECOND]), {
      ends: `${RELAY6} -> ${FIRST6}`,
      quoted: `${FIRST6} 500 -> ${RELAY6} 500`,
      type: 1,
      code: 4,
      mtu: 0,
    });
    assert.ok((await verdict('icmp-forward')) >= 2);
  });

  for (const link of ['leg-two', 'second'] as const) {
    it(`has the first find the path MTU for its key exchange: the ${link} link takes less than its first message`, async () => {
      // 27 proposals of 44 bytes each: an IPv6 packet of some 1420 bytes, which IKE cannot fragment (RFC 7383 §2.2).
      const proposals = ['aes128', 'aes192', 'aes256'].flatMap((cipher) =>
        ['sha256', 'sha384', 'sha512'].flatMap((hash) =>
          ['prfsha256', 'prfsha384', 'prfsha512'].map((prf) => `${cipher}-${hash}-${prf}-x25519`),
        ),
      );
      await topology.mtu(link, 1300);
      try {
        const longest = `proposals = ${proposals.join(',')}`;
        await bothEnds({ connection: longest, daemon: 'retransmit_timeout = 1' }, 6);
        const capture = await topology.capture('relay', 'to-first', 'icmp6 and ip6[40] == 2');
        await first!.initiate();
        assert.equal(await fromFirst(), 5);
        assert.deepEqual((await capture.stop()).map(readError), [
          {
            ends: `${RELAY6} -> ${FIRST6}`,
            quoted: `${FIRST6} 500 -> ${RELAY6} 500`,
            type: 2,
            code: 0,
            mtu: 1300,
          },
        ]);
        const { originated } = await json<{ originated: Record<string, { packets: number }> }>('status');
        assert.ok(originated['fragment']!.packets > 0, JSON.stringify(originated));
      } finally {
        await topology.mtu(link, 1500);
        await topology.guest('first', 'ip -6 route flush cache');
      }
    });
  }

  it('tells of who asks where there is no service', async () => {
    relay.configure({
      role: 'relay',
      sas: [],
      addresses: [RELAY, RELAY6],
      more: SERVICE.replace(`"${RELAY}", `, ''),
    });
    await relay.cli('reload');
    await bothEnds();
    await assert.rejects(first!.swanctl('--initiate --child net --timeout 2'));
    assert.ok((await verdict('ike-no-service')) > 0);
    assert.match(
      (await relay.cli('connection', 'list')).replace(/\s+/g, ' '),
      /no connections attention .* 198\.18\.1\.1 asked at 198\.18\.9\.9, for which there is no service; add that address to "addresses"/,
    );
  });
});
