/**
 * A recorded life of a connection of unmodified strongSwan through the relay (test/corpus/life, recorded by
 * test/netns/record-life.ts), opened by tshark with the keys: set-up, traffic, rekeying, a roam, more traffic, the end.
 * The packets of one leg equal those of the other, except for addresses, ports, and the fields that depend on them.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const FOLDER = 'test/corpus/life';
const RELAY = '198.18.9.9';
const FIRST = '198.18.1.1';
const FIRST_ELSEWHERE = '198.18.1.77';
const SECOND = '198.18.2.2';

/** Every field of the IPv4 header and of the UDP header that must be the same on both legs. */
const SAME = [
  'ip.version',
  'ip.hdr_len',
  'ip.dsfield',
  'ip.len',
  'ip.flags',
  'ip.frag_offset',
  'ip.proto',
  'udp.length',
  'udp.payload',
] as const;
/** The others. */
const OTHER = ['ip.src', 'ip.dst', 'ip.ttl', 'udp.srcport', 'udp.dstport'] as const;
/** The identification may change, and the checksums must: they are judged, not compared. */
const JUDGED = ['ip.checksum.status', 'udp.checksum.status', 'udp.checksum'] as const;
/** The fields that the keys open. */
const OPENED = [
  'isakmp.exchangetype',
  'isakmp.messageid',
  'isakmp.flag_r',
  'isakmp.typepayload',
  'isakmp.notify.msgtype',
  'isakmp.delete.protoid',
  'isakmp.enc.decrypted',
  'esp.spi',
  'esp.icv_good',
  'icmp.type',
  '_ws.expert.severity',
] as const;
/** The payload that has all others of a message (RFC 7296 §3.14). */
const ENCRYPTED = '46';
/** tshark's word for a checksum, and for a flag. */
const GOOD = '1';
const NOT_THERE = '3';

type Fields = Readonly<Record<string, readonly string[]>>;

/** @returns of each packet, the values of each field, those of the outermost header first */
function dissect(leg: 'to-first' | 'to-second', fields: readonly string[]): Fields[] {
  const words = [
    ...['-n', '-r', join(FOLDER, 'life.pcapng'), '-T', 'fields', '-E', 'separator=|', '-E', 'aggregator=;'],
    // Without NAT keepalives, which are a matter of each leg.
    ...['-Y', `frame.interface_name == "${leg}" && udp.length > 9`],
    ...fields.flatMap((field) => ['-e', field]),
  ];
  const env = { ...process.env, WIRESHARK_CONFIG_DIR: FOLDER };
  const output = execFileSync('tshark', words, {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => {
      const values = line.split('|').map((value) => (value === '' ? [] : value.split(';')));
      return Object.fromEntries(fields.map((field, i) => [field, values[i]!]));
    });
}

const outer = (packet: Fields, field: string) => packet[field]![0];
const pick = (packet: Fields, fields: readonly string[]) => fields.map((field) => outer(packet, field));

describe('oracle: a recorded life of a connection', function () {
  this.timeout(60_000);
  /** On both legs, each packet beside its outcome. */
  let pairs: readonly (readonly [Fields, Fields])[];

  before(() => {
    const [one, two] = (['to-first', 'to-second'] as const).map((leg) =>
      dissect(leg, [...SAME, ...OTHER, ...JUDGED, ...OPENED]),
    ) as [Fields[], Fields[]];
    const rest = [...two];
    pairs = one.map((packet) => {
      const at = rest.findIndex((other) => outer(other, 'udp.payload') === outer(packet, 'udp.payload'));
      assert.notEqual(at, -1, `${JSON.stringify(packet)} has no like on the other leg`);
      return [packet, rest.splice(at, 1)[0]!];
    });
    assert.deepEqual(rest, [], 'packets of the leg to second alone');
  });

  it('differs between the legs in addresses, ports, hops and checksums alone, and all checksums fit', () => {
    assert.ok(pairs.length >= 30, `${pairs.length} packets`);
    const hops = pairs.map(([one, two]) => {
      assert.deepEqual(pick(two, SAME), pick(one, SAME));
      for (const packet of [one, two]) {
        assert.equal(outer(packet, 'ip.checksum.status'), GOOD);
        const none = outer(packet, 'udp.checksum') === '0x0000';
        assert.equal(outer(packet, 'udp.checksum.status'), none ? NOT_THERE : GOOD);
      }
      const [before, after] = outer(one, 'ip.dst') === RELAY ? [one, two] : [two, one];
      return Number(outer(before, 'ip.ttl')) - Number(outer(after, 'ip.ttl'));
    });
    // The relay is one hop.
    assert.deepEqual([...new Set(hops)], [1]);
  });

  it('has one address and port of the relay towards second, wherever first is', () => {
    const ends = (packet: Fields, of: string) =>
      outer(packet, 'ip.src') === of
        ? pick(packet, ['ip.src', 'udp.srcport', 'ip.dst', 'udp.dstport'])
        : pick(packet, ['ip.dst', 'udp.dstport', 'ip.src', 'udp.srcport']);
    const distinct = (list: readonly (readonly (string | undefined)[])[]) => [
      ...new Set(list.map((words) => words.join(' '))),
    ];
    const onLegOne = distinct(pairs.map(([one]) => ends(one, RELAY).slice(2)));
    assert.deepEqual(onLegOne, [`${FIRST} 500`, `${FIRST} 4500`, `${FIRST_ELSEWHERE} 4500`]);
    const onLegTwo = distinct(pairs.map(([, two]) => ends(two, RELAY)));
    const port = outer(pairs[0]![1], 'udp.srcport')!;
    assert.deepEqual(onLegTwo, [`${RELAY} ${port} ${SECOND} 500`, `${RELAY} ${port} ${SECOND} 4500`]);
  });

  it('opens with the keys, and tells the same on both legs', () => {
    for (const [one, two] of pairs) {
      for (const field of OPENED) assert.deepEqual(two[field], one[field], field);
    }
    const packets = pairs.map(([one]) => one);
    for (const packet of packets.filter((one) => one['isakmp.typepayload']!.includes(ENCRYPTED))) {
      assert.deepEqual(packet['isakmp.enc.decrypted'], [GOOD]);
      // Such as a payload that is malformed, or an integrity checksum that does not fit.
      assert.deepEqual(packet['_ws.expert.severity'], []);
    }
    const esp = packets.filter((packet) => packet['esp.spi']!.length > 0);
    // Three pings in each of three parts, both ways; the CHILD_SA was rekeyed once.
    assert.ok(esp.length >= 18, `${esp.length} packets of ESP`);
    assert.equal(new Set(esp.map((packet) => outer(packet, 'esp.spi'))).size, 4);
    for (const packet of esp) {
      assert.equal(outer(packet, 'esp.icv_good'), GOOD);
      assert.ok(['0', '8'].includes(outer(packet, 'icmp.type')!));
    }
    const has = (exchange: string, field: string, value: string) =>
      packets.some(
        (packet) => outer(packet, 'isakmp.exchangetype') === exchange && packet[field]!.includes(value),
      );
    const [init, auth, child, informational] = ['34', '35', '36', '37'];
    assert.ok(has(init!, 'isakmp.notify.msgtype', '16389'), 'NAT_DETECTION_DESTINATION_IP');
    assert.ok(has(auth!, 'isakmp.notify.msgtype', '16396'), 'MOBIKE_SUPPORTED');
    assert.ok(has(child!, 'isakmp.notify.msgtype', '16393'), 'REKEY_SA');
    assert.ok(has(informational!, 'isakmp.notify.msgtype', '16400'), 'UPDATE_SA_ADDRESSES');
    assert.ok(has(informational!, 'isakmp.delete.protoid', '3'), 'DELETE of ESP');
    assert.ok(has(informational!, 'isakmp.delete.protoid', '1'), 'DELETE of the IKE SA');
  });
});
