/**
 * Key exchanges of unmodified strongSwan in the guests: how the ends authenticate each other, with which algorithms, and
 * messages that are too long for one packet. On every pair of families the datagrams of both legs are compared.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { makeCertificates } from './certificates.js';
import { Charon, type CharonOptions } from './charon.js';
import { run } from './command.js';
import { Daemon, tearDown } from './daemon.js';
import { NamespacePlace } from './place.js';
import { FIRST6, RELAY, RELAY6, SECOND, SECOND_HOST, SECOND6, Topology } from './topology.js';
import { host, ping } from './traffic.js';

type Family = 4 | 6;

/** The second at its address of one family, so that legs of different families meet. */
const service = (toSecond: Family) => `[[second]]
name = "gw1"
addresses = ["${toSecond === 4 ? SECOND : SECOND6}"]
[[service]]
name = "vpn"
addresses = ["${RELAY}", "${RELAY6}"]
seconds = ["gw1"]`;

const CERTIFICATES = {
  first: { local: 'auth = pubkey\ncerts = end.pem', remote: 'auth = pubkey\nid = second' },
  second: { local: 'auth = pubkey\ncerts = end.pem', remote: 'auth = pubkey' },
} as const;
const EAP_SECRET = 'eap-1 {\nid = someone\nsecret = "a password of somebody"\n}';
const EAP = {
  first: { local: 'auth = eap\neap_id = someone', remote: CERTIFICATES.first.remote, secrets: EAP_SECRET },
  second: {
    local: CERTIFICATES.second.local,
    remote: 'auth = eap-mschapv2\neap_id = %any',
    secrets: EAP_SECRET,
  },
} as const;

interface Case {
  readonly name: string;
  /** Families of the legs: first to relay, relay to second. */
  readonly legs: readonly [Family, Family];
  readonly options?: Partial<CharonOptions>;
  readonly authentication?: typeof CERTIFICATES | typeof EAP;
  readonly certificates?: 'small' | 'large';
  /** How IKE messages that are longer than a packet travel; none is, by default. */
  readonly long?: 'ike-fragments' | 'ip-fragments';
}

const algorithms = (ike: string, esp: string) => ({
  connection: `proposals = ${ike}`,
  child: `esp_proposals = ${esp}`,
});
const FRAGMENT_SIZE = 576;
/** An IPv4 packet of that size with IPv6's header in the place of its own, on Ethernet. */
const LONGEST_FRAME = FRAGMENT_SIZE + 20 + 14;
const IKE_FRAGMENTS = { connection: 'fragmentation = force', daemon: `fragment_size = ${FRAGMENT_SIZE}` };
const IP_FRAGMENTS = { connection: 'fragmentation = no' };
const certified = { authentication: CERTIFICATES, certificates: 'small' } as const;
const large = { authentication: CERTIFICATES, certificates: 'large' } as const;

const SAME_FAMILY = [
  [4, 4],
  [6, 6],
] as const;

const ALL_LEGS = [...SAME_FAMILY, [4, 6], [6, 4]] as const;

const CASES: readonly Case[] = [
  {
    name: 'certificates, AES-GCM',
    legs: [4, 4],
    ...certified,
    options: algorithms('aes256gcm16-prfsha384-ecp384', 'aes256gcm16'),
  },
  {
    name: 'certificates, ChaCha20-Poly1305',
    legs: [6, 4],
    ...certified,
    options: algorithms('chacha20poly1305-prfsha256-x25519', 'chacha20poly1305'),
  },
  {
    name: 'EAP-MSCHAPv2 with a certificate of the gateway',
    legs: [4, 6],
    authentication: EAP,
    certificates: 'small',
  },
  {
    name: 'IKEv1 in aggressive mode',
    legs: [4, 4],
    options: {
      version: 1,
      connection: 'aggressive = yes',
      daemon: 'i_dont_care_about_security_and_use_aggressive_mode_psk = yes',
    },
  },
  ...SAME_FAMILY.map(
    (legs): Case => ({
      name: `IKE fragments of ${FRAGMENT_SIZE} bytes`,
      legs,
      ...large,
      options: IKE_FRAGMENTS,
      long: 'ike-fragments',
    }),
  ),
  ...ALL_LEGS.map(
    (legs): Case => ({
      name: 'large certificates, IKE_AUTH in IP fragments',
      legs,
      ...large,
      options: IP_FRAGMENTS,
      long: 'ip-fragments',
    }),
  ),
];

/** Verdicts of packets that were not dropped; of IKE messages in fragments, all but the last count as punted. */
const PASSED = ['forward', 'ike-forward', 'ike', 'keepalive'];
/** NAT keepalives are a matter of each leg. */
const NO_KEEPALIVE = 'udp.length > 9';

/** Whether a packet of a capture is, in Wireshark's words. */
const IP_FRAGMENT = 'ip.flags.mf == 1 || ip.frag_offset > 0 || ipv6.fraghdr.ident';
const IKE_FRAGMENT = 'isakmp.typepayload == 53';

describe('netns: authentication and algorithms of key exchanges', function () {
  this.timeout(180_000);
  let topology: Topology;
  let credentials: Record<'small' | 'large', string>;
  let relay: Daemon;
  const ends: Charon[] = [];
  let tests = 0;

  before(async () => {
    topology = await Topology.up();
    const [small, large] = await Promise.all([
      makeCertificates(join(topology.directory, 'small'), { type: 'ecdsa', bits: 256 }),
      makeCertificates(join(topology.directory, 'large'), { type: 'rsa', bits: 4096 }),
    ]);
    credentials = { small, large };
    // MOBIKE probes every pair of addresses that the two ends have: none leads past the relay.
    for (const net of ['198.18.2.0/24', '2001:db8:2::/64']) {
      await topology.exec('first-net', 'ip', 'route', 'replace', 'blackhole', net);
    }
  });
  after(() => tearDown(topology));

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      for (const charon of ends) console.log(await charon.log());
      console.log(relay.log.slice(-4000));
    }
    await Promise.all(ends.splice(0).map((charon) => charon.stop()));
    await relay.stop();
  });

  /** Of the packets of a recording that a filter of Wireshark's lets through, the values of a field. */
  async function fields(capture: string, filter: string, field: string): Promise<string[]> {
    const file = join(topology.directory, 'captures', `${capture}.pcap`);
    const output = await run(['tshark', '-n', '-r', file, '-Y', filter, '-T', 'fields', '-e', field]);
    return output.split('\n').filter((line) => line !== '');
  }

  for (const { name, legs, options = {}, authentication, certificates, long } of CASES) {
    it(`${name}, IPv${legs[0]} from first, IPv${legs[1]} to second`, async () => {
      const test = tests++;
      const at = (leg: 'first' | 'second') => `${leg}-${test}`;
      const [first, second] = (['first', 'second'] as const).map(
        (end): Partial<CharonOptions> => ({
          ...options,
          ...(authentication && { authentication: authentication[end] }),
          ...(certificates && { credentials: join(credentials[certificates], end) }),
        }),
      );
      relay = new Daemon(new NamespacePlace(topology, 'relay'), {
        role: 'relay',
        sas: [],
        addresses: [RELAY, RELAY6],
        more: service(legs[1]),
        stateDirectory: join(topology.directory, `state-${test}`),
      });
      ends.push(
        ...(await Promise.all([
          Charon.start(topology, 'first', {
            local: legs[0] === 4 ? '%any4' : FIRST6,
            remote: legs[0] === 4 ? RELAY : RELAY6,
            localNet: '10.1.0.0/24',
            remoteNet: '10.2.0.0/24',
            ...first,
          }),
          Charon.start(topology, 'second', {
            local: legs[1] === 4 ? SECOND : SECOND6,
            remote: '%any',
            localNet: '10.2.0.0/24',
            remoteNet: '10.1.0.0/24',
            ...second,
          }),
          relay.start(),
        ]).then(([one, two]) => [one, two])),
      );
      for (const leg of ['first', 'second'] as const) {
        await topology.library(`capture_start ${at(leg)} relay to-${leg} "ip or ip6 and not icmp6"`);
      }
      await ends[0]!.initiate();
      assert.equal(await ping(host(topology, 'first-host'), SECOND_HOST, 5), 5);
      for (const leg of ['first', 'second'] as const) await topology.library(`capture_stop ${at(leg)}`);

      const { connections } = JSON.parse(await relay.cli('--json', 'connection', 'list')) as {
        connections: { state: string; moves: number; sas: number[] }[];
      };
      assert.deepEqual(
        connections.map(({ state, moves, sas }) => [state, moves, sas.length]),
        [['established', 0, 2]],
      );
      const dropped = Object.keys(await relay.verdicts()).filter((verdict) => !PASSED.includes(verdict));
      assert.deepEqual(dropped, []);
      // Not an octet of IKE or of ESP differs between the legs, reassembled where the way is too narrow.
      const [one, two] = [
        await fields(at('first'), NO_KEEPALIVE, 'udp.payload'),
        await fields(at('second'), NO_KEEPALIVE, 'udp.payload'),
      ];
      assert.ok(one.length >= 14, `${one.length} datagrams`);
      assert.deepEqual(two.sort(), one.sort());
      for (const leg of ['first', 'second'] as const) {
        const ip = await fields(at(leg), IP_FRAGMENT, 'frame.len');
        const ike = await fields(at(leg), IKE_FRAGMENT, 'frame.len');
        if (long === 'ip-fragments') assert.ok(ip.length >= 4, `${ip.length} IP fragments`);
        else assert.deepEqual(ip, [], 'IP fragments');
        if (long === 'ike-fragments') {
          assert.ok(ike.length >= 12, `${ike.length} IKE fragments`);
          assert.ok(
            ike.every((bytes) => Number(bytes) <= LONGEST_FRAME),
            ike.join(),
          );
        } else assert.deepEqual(ike, [], 'IKE fragments');
      }
    });
  }
});
