/**
 * Records test/corpus/life anew (make record-life): the life of a connection of unmodified strongSwan through the relay, on
 * both of its legs, and the keys for reading it. The keys are of that recording alone.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Charon } from './charon.js';
import { eventually, run } from './command.js';
import { Daemon, tearDown } from './daemon.js';
import { NamespacePlace } from './place.js';
import { CHECKOUT, FIRST, RELAY, SECOND, SECOND_HOST, Topology } from './topology.js';
import { host, ping } from './traffic.js';

const DIRECTORY = join(CHECKOUT, 'test/corpus/life');
const FIRST_NET = '10.1.0.0/24';
const SECOND_NET = '10.2.0.0/24';
/** Where first moves to. */
const FIRST_ELSEWHERE = '198.18.1.77';
const PINGS = 3;

const SERVICE = `[[second]]
name = "gw1"
addresses = ["${SECOND}"]
[[service]]
name = "vpn"
addresses = ["${RELAY}"]
seconds = ["gw1"]`;

/** Lines of Wireshark's table ikev2_decryption_table, from charon's log (ike = 4): the keys come in the order of the pairs. */
function ikeKeys(log: string, pairs: readonly string[]): string[] {
  const keys = ['ei', 'er', 'ai', 'ar'].map((name) =>
    [...log.matchAll(new RegExp(`Sk_${name} secret => \\d+ bytes.*\\n((?:.*\\] +\\d+: .*\\n)+)`, 'g'))].map(
      ([, dump]) =>
        [...dump!.matchAll(/\d+: ((?:[0-9A-F]{2} )+)/g)]
          .map(([, octets]) => octets!.replaceAll(' ', ''))
          .join(''),
    ),
  );
  assert.deepEqual(
    keys.map(({ length }) => length),
    keys.map(() => pairs.length),
    'keys in the log for each IKE SA',
  );
  return pairs.map((pair, i) => {
    const [encryptInitiator, encryptResponder, authInitiator, authResponder] = keys.map((list) => list[i]!);
    const spis = pair.split(':');
    return `${spis.join()},${encryptInitiator},${encryptResponder},"AES-CBC-128 [RFC3602]",${authInitiator},${authResponder},"HMAC_SHA2_256_128 [RFC4868]"`;
  });
}

/** Lines of Wireshark's table esp_sa, from `ip xfrm state`. The addresses are of no matter: the SPIs differ. */
function espKeys(state: string): string[] {
  return [...state.matchAll(/spi (0x[0-9a-f]+)[\s\S]*?aead rfc4106\(gcm\(aes\)\) (0x[0-9a-f]+) 128/g)].map(
    ([, spi, key]) => `"IPv4","*","*","${spi}","AES-GCM with 16 octet ICV [RFC4106]","${key}","NULL",""`,
  );
}

async function record(topology: Topology): Promise<void> {
  // MOBIKE probes every pair of addresses that the two ends have: none leads past the relay.
  for (const net of ['198.18.2.0/24', '2001:db8:2::/64']) {
    await topology.exec('first-net', 'ip', 'route', 'replace', 'blackhole', net);
  }
  const relay = await Daemon.start(new NamespacePlace(topology, 'relay'), {
    role: 'relay',
    sas: [],
    more: SERVICE,
  });
  const second = await Charon.start(topology, 'second', {
    local: SECOND,
    remote: '%any',
    localNet: SECOND_NET,
    remoteNet: FIRST_NET,
  });
  const first = await Charon.start(topology, 'first', {
    local: '%any4',
    remote: RELAY,
    localNet: FIRST_NET,
    remoteNet: SECOND_NET,
    daemon: 'filelog { stderr { ike = 4 } }',
  });
  const raw = join(topology.directory, 'life.pcapng');
  const dump = topology.background(
    'relay',
    ...['dumpcap', '-q', '-w', raw, '-i', 'to-first', '-f', 'udp', '-i', 'to-second', '-f', 'udp'],
  );
  await eventually(
    'a recording',
    () => dump.output.includes('File:'),
    () => dump.output,
  );

  const pairs: string[] = [];
  const sas = new Set<string>();
  const note = async () => {
    pairs.push(...(await first.ikeSas()).filter((pair) => !pairs.includes(pair)));
    for (const line of espKeys(await topology.guest('first', 'ip xfrm state'))) sas.add(line);
  };
  const traffic = async () =>
    assert.equal(await ping(host(topology, 'first-host'), SECOND_HOST, PINGS), PINGS);

  await first.initiate();
  await note();
  await traffic();
  await first.swanctl('--rekey --ike vpn');
  await eventually('another IKE SA', async () => !pairs.includes((await first.ikeSas())[0]!));
  await note();
  // Also the first exchange of the new IKE SA: a first that moved before it would not be known again.
  await second.swanctl('--rekey --child net');
  await eventually('one CHILD_SA', async () => !/REKEYED/.test(await first.swanctl('--list-sas')));
  await note();
  await traffic();
  await topology.guest(
    'first',
    `ip addr del ${FIRST}/24 dev eth0; ip addr add ${FIRST_ELSEWHERE}/24 dev eth0; ip route replace default via 198.18.1.254 dev eth0`,
  );
  await eventually(
    'the move',
    async () => (await relay.cli('connection', 'list')).includes(FIRST_ELSEWHERE),
    async () => JSON.stringify(await relay.verdicts()) + (await first.log()),
    30_000,
  );
  await traffic();
  await first.swanctl('--terminate --ike vpn');
  dump.kill('SIGINT');
  await dump.ended;

  const log = await topology.guest('first', 'cat /tmp/charon-first/log');
  mkdirSync(DIRECTORY, { recursive: true });
  // dumpcap takes turns at the devices; this puts the packets in the order of time.
  await run(['reordercap', raw, join(DIRECTORY, 'life.pcapng')]);
  writeFileSync(join(DIRECTORY, 'ikev2_decryption_table'), `${ikeKeys(log, pairs).join('\n')}\n`);
  writeFileSync(join(DIRECTORY, 'esp_sa'), `${[...sas].join('\n')}\n`);
  await first.stop();
  await second.stop();
  await relay.stop();
}

const topology = await Topology.up();
try {
  await record(topology);
} finally {
  await tearDown(topology);
}
