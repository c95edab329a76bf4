import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Style } from '../../src/cli/layout.js';
import {
  renderAdded,
  renderAddedCount,
  renderEvent,
  renderSa,
  renderSas,
  renderStatus,
} from '../../src/cli/render.js';
import {
  renderConnection,
  renderConnections,
  renderSeconds,
  renderServices,
  renderTroubles,
} from '../../src/cli/render-connection.js';
import type {
  ConnectionReply,
  LegReply,
  SaReply,
  SecondReply,
  ServiceReply,
} from '../../src/control/client.js';
import { messages } from '../../src/control/message.js';
import { FakeHandler, STARTED_MS } from '../control/fake-handler.js';

const NOW = STARTED_MS + 7_980_000;
const PLAIN: Style = { width: 80, tableWidth: 80, colour: false, now: NOW };
const { Mode, Protocol } = messages;

/** 39 columns, the longest an address can be. */
const LONGEST = '2001:db8:1111:2222:3333:4444:5555:6666';

function sa(fields: Partial<SaReply>): SaReply {
  return new messages.Sa({
    id: 1,
    protocol: Protocol.ESP,
    dst: '198.18.9.9',
    spi: 0xaaaa0001,
    to: '198.18.2.2',
    toSrc: '198.18.9.9',
    toSpi: 0x22220001,
    mode: Mode.EDGE,
    addedMs: STARTED_MS,
    connectionName: fields.name?.replace(/-(up|down)$/, '') ?? '',
    ...fields,
  }) as SaReply;
}

const ALICE = [
  sa({ id: 1, name: 'alice-up', packets: 9132, bytes: 13_002_752, lastPacketMs: NOW - 2000 }),
  sa({
    id: 2,
    name: 'bob',
    src: '198.18.1.7',
    expiresMs: NOW + 3_480_000,
    origin: messages.Sa.Origin.CONFIG,
  }),
  sa({
    id: 3,
    name: 'alice-down',
    spi: 0xaaaa0002,
    toSpi: 0x11110001,
    packets: 1,
    bytes: 92,
    lastPacketMs: NOW - 61_000,
  }),
  sa({ id: 4, protocol: Protocol.AH, mode: Mode.PRESERVE, spi: 4096, toSpi: 4096 }),
];

function assertFits(text: string, width = 80): void {
  for (const line of text.split('\n')) assert.ok(line.length <= width, `${line.length} columns: ${line}`);
}

describe('render', () => {
  it('shows soft end and idleness of an SA', () => {
    const timed = sa({
      id: 7,
      name: 'eve',
      softExpiresMs: NOW - 60_000,
      expiresMs: NOW + 90_000,
      softLifetime: 100,
      lifetime: 250,
      idle: 30,
      idleSinceMs: NOW - 45_000,
    });
    assert.match(renderSas([timed], PLAIN), /soft end 1 min 0 s ago {2}expires in 1 min 30 s {2}idle\n/);
    assert.match(renderSa(timed, PLAIN), /^ {2}soft end {3}\S+Z \(soft end 1 min 0 s ago\)$/m);
    assert.match(renderSa(timed, PLAIN), /^ {2}idle {7}idle for 45 s \(timer 30 s\)$/m);
    const busy = sa({ id: 8, softExpiresMs: NOW + 60_000, softLifetime: 100, idle: 30 });
    assert.match(renderSas([busy], PLAIN), /soft end in 1 min 0 s\n/);
    assert.match(renderSa(busy, PLAIN), /^ {2}idle {7}not idle \(timer 30 s\)$/m);
  });

  it('SAs: those of a connection together, aligned', () => {
    assert.equal(
      renderSas(ALICE, PLAIN),
      `alice
  SA 1  alice-up  edge
    match    esp  0xaaaa0001  any -> 198.18.9.9
    emit     esp  0x22220001  198.18.9.9 -> 198.18.2.2
    traffic  12.4 MiB  9,132 packets  last 2 s ago
  SA 3  alice-down  edge
    match    esp  0xaaaa0002  any -> 198.18.9.9
    emit     esp  0x11110001  198.18.9.9 -> 198.18.2.2
    traffic      92 B      1 packet   last 1 min 1 s ago

bob
  SA 2  bob  edge  from the config  expires in 58 min 0 s
    match    esp  0xaaaa0001  198.18.1.7 -> 198.18.9.9
    emit     esp  0x22220001  198.18.9.9 -> 198.18.2.2
    traffic  none yet

(no name)
  SA 4  preserve
    match    ah   0x00001000  any -> 198.18.9.9
    emit     ah   0x00001000  198.18.9.9 -> 198.18.2.2
    traffic  none yet
`,
    );
  });

  it('SAs: IPv6, ESP-in-UDP, the edge role', () => {
    const sas = [
      sa({ name: 'v6', src: LONGEST, dst: LONGEST, to: LONGEST, toSrc: LONGEST, encap: { peerPort: 65535 } }),
      sa({ id: 2, name: 'nat', encap: { peerPort: 0 }, toEncap: { none: true } }),
      sa({ id: 3, name: 'gain', toEncap: { sourcePort: 4500, destinationPort: 1024 } }),
      sa({ id: 4, name: 'edge', to: '', toSrc: '' }),
      sa({ id: 5, name: 'across', toSrc: '2001:db8:9::9', to: '2001:db8:2::2', hairpin: true }),
      sa({ id: 6, name: 'port', encap: { peerPort: 0 }, toEncap: { destinationPort: 4501 }, toSrc: '' }),
    ];
    const text = renderSas(sas, PLAIN);
    assertFits(text);
    assert.equal(
      text,
      `v6
  SA 1  v6  edge
    match    udp  0xaaaa0001  [${LONGEST}]:65535 ->
                              [${LONGEST}]:4500
    emit     udp  0x22220001  [${LONGEST}]:same ->
                              [${LONGEST}]:same
    traffic  none yet

nat
  SA 2  nat  edge
    match    udp  0xaaaa0001  any:any -> 198.18.9.9:4500
    emit     esp  0x22220001  198.18.9.9 -> 198.18.2.2
    traffic  none yet

gain
  SA 3  gain  edge
    match    esp  0xaaaa0001  any -> 198.18.9.9
    emit     udp  0x22220001  198.18.9.9:4500 -> 198.18.2.2:1024
    traffic  none yet

edge
  SA 4  edge  edge
    match    esp  0xaaaa0001  any -> 198.18.9.9
    emit     esp  0x22220001  same -> same
    traffic  none yet

across
  SA 5  across  edge  IPv4 to IPv6  hairpin
    match    esp  0xaaaa0001  any -> 198.18.9.9
    emit     esp  0x22220001  2001:db8:9::9 -> 2001:db8:2::2
    traffic  none yet

port
  SA 6  port  edge
    match    udp  0xaaaa0001  any:any -> 198.18.9.9:4500
    emit     udp  0x22220001  same:same -> 198.18.2.2:4501
    traffic  none yet
`,
    );
    const across = renderSa(sas[4]!, PLAIN);
    assert.match(across, /^ {2}mode {7}edge\n {2}family {5}IPv4 to IPv6\n {2}hairpin {4}yes\n {2}match /m);
    assert.match(renderSa(sas[0]!, PLAIN), /^ {2}family {5}IPv6\n {2}match /m);
  });

  it('one SA, with exact numbers', () => {
    const text = renderSa(ALICE[0]!, PLAIN);
    assertFits(text);
    assert.equal(
      text,
      `SA 1  alice-up
  mode       edge
  family     IPv4
  match      esp  0xaaaa0001  any -> 198.18.9.9
  emit       esp  0x22220001  198.18.9.9 -> 198.18.2.2
  packets    9,132
  bytes      13,002,752 (12.4 MiB)
  last seen  2026-01-02T05:17:03.000Z (2 s ago)
  added      2026-01-02T03:04:05.000Z
  expires    never
`,
    );
  });

  it('status: the verdicts that occurred, or all', () => {
    const status = new messages.Status({ ...new FakeHandler().status(), pid: 4312 }) as Parameters<
      typeof renderStatus
    >[0];
    const common = `ipsec-relayd 0.1.0  relay, pid 4312, up 2 h 13 min
  attachment  tun, interface iprelay0, 1 worker
  addresses   198.18.9.9, 2001:db8:9::9
  SAs         0 of 65,536
  table       8.00 MiB, lookup probe
  fragments   1 datagram incomplete, 1.45 KiB of 4.00 MiB
  fast path   12 packets forwarded in the kernel, at eth0, eth1
  SPI filter  7 packets dropped in the kernel
  config      /etc/ipsec-relay/relay.toml
  state       /var/lib/ipsec-relay

`;
    assert.equal(
      renderStatus(status, PLAIN, false),
      `${common}  verdict         packets     bytes
  forward       1,234,567  1.15 GiB
  unknown-spi          12  1.08 KiB

  originated      packets     bytes
  icmp-error   12,345,678   659 MiB
  keepalive             7     203 B
`,
    );
    assert.equal(
      renderStatus(status, PLAIN, true),
      `${common}  verdict         packets     bytes
  forward       1,234,567  1.15 GiB
  unknown-spi          12  1.08 KiB
  ttl-expired           0       0 B

  originated      packets     bytes
  fragment              0       0 B
  icmp-error   12,345,678   659 MiB
  keepalive             7     203 B
`,
    );
    status.originated = [];
    assert.equal(
      renderStatus(status, PLAIN, false),
      `${common}  verdict        packets     bytes
  forward      1,234,567  1.15 GiB
  unknown-spi         12  1.08 KiB
`,
    );
    status.fragments = null;
    status.spiFilter = null;
    status.fastPath = null;
    status.verdicts = [];
    assert.match(renderStatus(status, PLAIN, false), /lookup probe\n {2}config .*\n\n {2}no packets yet\n$/s);
    status.addresses = Array.from({ length: 40 }, (_, i) => `${LONGEST.slice(0, -2)}${10 + i}`);
    assertFits(renderStatus(status, PLAIN, false));
  });

  it('never exceeds 80 columns, nor lets anything but text and its own colours out', () => {
    const canonicalIpv6 = fc.ipV6().map((text) => new URL(`http://[${text}]`).hostname.slice(1, -1));
    const address = fc.oneof(fc.constant(''), fc.ipV4(), canonicalIpv6, fc.constant(LONGEST));
    const time = fc.integer({ min: 0, max: NOW * 2 });
    const port = fc.nat({ max: 65535 });
    const anySa = fc
      .record({
        id: fc.integer({ min: 1, max: 2 ** 40 }),
        name: fc.oneof(fc.string({ maxLength: 100, unit: 'binary' }), fc.constant('x'.repeat(64))),
        src: address,
        dst: address,
        to: address,
        toSrc: address,
        spi: fc.nat(0xffffffff),
        toSpi: fc.nat(0xffffffff),
        mode: fc.integer({ min: 0, max: 3 }),
        protocol: fc.integer({ min: 0, max: 1 }),
        hairpin: fc.boolean(),
        packets: fc.maxSafeNat(),
        bytes: fc.maxSafeNat(),
        lastPacketMs: time,
        expiresMs: time,
        encap: fc.option(fc.record({ peerPort: port })),
        toEncap: fc.option(fc.record({ none: fc.boolean(), sourcePort: port, destinationPort: port })),
      })
      .map((fields) => sa(fields));
    fc.assert(
      fc.property(fc.array(anySa, { minLength: 1, maxLength: 5 }), (sas) => {
        const text = renderSas(sas, PLAIN) + renderSa(sas[0]!, PLAIN);
        assertFits(text);
        assert.doesNotMatch(text, /[^\P{C}\n]/u);
        const coloured =
          renderSas(sas, { ...PLAIN, colour: true }) + renderSa(sas[0]!, { ...PLAIN, colour: true });
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        assert.equal(coloured.replace(/\x1b\[\d+m/g, ''), text);
      }),
      { numRuns: 1000 },
    );
  });

  it('is linear in the number of SAs', () => {
    const many = Array.from({ length: 65_536 }, (_, i) =>
      sa({ id: i + 1, name: `c${i >> 1}-${i & 1 ? 'up' : 'down'}` }),
    );
    const started = process.cpuUsage();
    assert.equal(renderSas(many, PLAIN).split('\n').length, 65_536 * 4 + 32_768 * 2);
    assert.ok(process.cpuUsage(started).user < 3_000_000);
  });

  describe('connections', () => {
    const leg = (fields: Partial<LegReply>) => new messages.Leg({ family: 4, ...fields }) as LegReply;
    const connection = (fields: Partial<ConnectionReply>) =>
      new messages.Connection({
        id: 1,
        name: 'alice',
        state: 'established',
        firstLeg: leg({ encapsulation: 'udp', relayAddress: '198.18.9.9', relayPort: 4500 }),
        secondLeg: leg({
          encapsulation: 'esp',
          relayAddress: '198.18.9.9',
          peerAddress: '198.18.2.2',
          mtu: 1500,
        }),
        sas: [1, 2],
        startedMs: STARTED_MS,
        lastPacketMs: NOW - 2000,
        packets: 1234,
        bytes: 1_234_567,
        up: { packets: 1000, bytes: 1_000_000 },
        down: { packets: 234, bytes: 234_567 },
        ...fields,
      }) as ConnectionReply;
    const bob = connection({
      id: 12,
      name: 'bob-the-roamer',
      state: 'idle',
      firstLeg: leg({
        family: 6,
        encapsulation: 'udp',
        relayAddress: '2001:db8:9::9',
        relayPort: 4500,
        peerAddress: '2001:db8:1::1',
        peerPort: 40_001,
        generation: 2,
      }),
      sas: [7],
      lastPacketMs: 0,
      packets: 0,
      bytes: 0,
      up: { packets: 1, bytes: 60 },
      down: null,
      moves: 2,
      movedMs: NOW - 3_600_000,
    });
    /** With a key exchange. */
    const exchanged = (fields: Partial<ConnectionReply>) =>
      connection({
        name: 'vpn/17',
        service: 'vpn',
        second: 'gw1',
        firstLeg: leg({ encapsulation: 'udp', peerAddress: '198.18.1.100', peerPort: 4500 }),
        ...fields,
      });

    it('a line each', () => {
      assert.equal(
        renderConnections([exchanged({}), exchanged({ id: 2, state: 'half-open', lastPacketMs: 0 })], PLAIN),
        `ID  STATE        FIRST              SECOND  SINCE    UP  DOWN   LAST  MOVED
 1  established  198.18.1.100:4500  gw1        2h  977K  229K     2s      -
 2  half-open    198.18.1.100:4500  gw1        2h  977K  229K  never      -
2 connections: 1 established, 1 half-open
`,
      );
    });

    it('first on a line of its own where a line is too long, but never for a program', () => {
      const list = [connection({}), bob];
      assert.equal(
        renderConnections(list, PLAIN),
        `ID  NAME            STATE        SECOND      SINCE    UP  DOWN   LAST  MOVED
    FIRST
 1  alice           established  198.18.2.2     2h  977K  229K     2s      -
    any
12  bob-the-roamer  idle         198.18.2.2     2h   60B    0B  never     1h
    [2001:db8:1::1]:40001
2 connections: 1 established, 1 idle
`,
      );
      const forPrograms = { ...PLAIN, tableWidth: Number.POSITIVE_INFINITY };
      assert.equal(renderConnections(list, forPrograms).trimEnd().split('\n').length, 4);
    });

    it('a hundred, in 80 columns', () => {
      const hundred = Array.from({ length: 100 }, (_, at) =>
        exchanged({
          id: at + 100,
          second: `gw${(at % 2) + 1}`,
          service: at % 3 === 0 ? 'vpn' : 'office',
          firstLeg: leg({
            encapsulation: 'udp',
            peerAddress: `198.18.101.${100 + at}`,
            peerPort: 40_000 + at,
          }),
          movedMs: at % 10 === 0 ? NOW - 59_000 * at : 0,
        }),
      );
      const lines = renderConnections(hundred, PLAIN).trimEnd().split('\n');
      assert.equal(lines.at(-1), '100 connections: 100 established');
      assert.deepEqual(
        lines.filter(({ length }) => length > 80),
        [],
      );
    });

    it('seconds and services, list by list where a line is too long', () => {
      const second = new messages.Second({
        name: 'gw1',
        state: 'up',
        weight: 1,
        connections: 12,
        lastAnswerMs: NOW - 5000,
        addresses: ['198.18.2.2', '2001:db8:1234:5678:9abc:def0:1234:5678'],
      }) as SecondReply;
      assert.equal(
        renderSeconds([second], PLAIN),
        `NAME  STATE  WEIGHT  CONNECTIONS  HALF-OPEN  ANSWERED  ADDRESSES
gw1   up          1           12          0        5s  198.18.2.2
                                                       2001:db8:1234:5678:9abc:def0:1234:5678
`,
      );
      const service = new messages.Service({
        name: 'vpn',
        addresses: ['198.18.9.9', '2001:db8:9::9'],
        seconds: Array.from({ length: 12 }, (_, at) => `gw${at + 1}`),
        connections: 12,
      }) as ServiceReply;
      const [heading, first, next, ...others] = renderServices([service], PLAIN).trimEnd().split('\n');
      assert.equal(heading, 'NAME  ADDRESSES      FROM      SECONDS  CONNECTIONS');
      assert.equal(first, 'vpn   198.18.9.9     anywhere  gw1               12');
      assert.equal(next, '      2001:db8:9::9            gw2');
      assert.equal(others.length, 10);
    });

    it('what is wrong, below a list', () => {
      assert.equal(renderTroubles([], PLAIN), '');
      const long = 'gw1 (198.18.2.2) has left 2 requests in a row unanswered; check that IKE runs there';
      assert.equal(
        renderTroubles([long, ...Array.from({ length: 12 }, () => 'x')], PLAIN),
        `
  attention  gw1 (198.18.2.2) has left 2 requests in a row unanswered; check
             that IKE runs there
${'  attention  x\n'.repeat(9)}  attention  and 3 more of the kind
`,
      );
    });

    it('everything about one', () => {
      assert.equal(
        renderConnection(Object.assign(bob, { trouble: 'gw1 has not answered' }), PLAIN),
        `connection 12  bob-the-roamer
  state      idle
  first      udp [2001:db8:1::1]:40001, relay [2001:db8:9::9]:4500, moved 2
             times
  second     esp 198.18.2.2, relay 198.18.9.9, MTU 1500
  SAs        7
  up         1 packet, 60 B
  down       0 packets, 0 B
  last seen  none yet
  started    2026-01-02T03:04:05.000Z (2 h 13 min ago)
  moves      2, the last at 2026-01-02T04:17:05.000Z (1 h 0 min ago)
  attention  gw1 has not answered
`,
      );
    });
  });

  it('added SAs and events', () => {
    const added = [
      new messages.AddedSa({ id: 1, spi: 0xa1, toSpi: 0xb2 }),
      new messages.AddedSa({ id: 2, spi: 1, toSpi: 2, existed: true }),
      new messages.AddedSa({ id: 3, spi: 3, toSpi: 4, replaced: true }),
    ] as Parameters<typeof renderAdded>[0][];
    assert.equal(renderAdded(added[0]!), 'SA 1  spi 0x000000a1  to-spi 0x000000b2\n');
    assert.equal(renderAdded(added[1]!), 'SA 2  spi 0x00000001  to-spi 0x00000002  (was there already)\n');
    assert.equal(renderAdded(added[2]!), 'SA 3  spi 0x00000003  to-spi 0x00000004  (replaced)\n');
    assert.equal(renderAddedCount(added), '1 SA added, 1 replaced, 1 of the file was there already\n');
    assert.equal(renderAddedCount(added.slice(0, 1)), '1 SA added\n');
    const event = new messages.Event({ timeMs: NOW, event: 'ready', message: 'a\nb' }) as Parameters<
      typeof renderEvent
    >[0];
    assert.match(renderEvent(event, PLAIN), /^\d\d:17:05\.000 {2}ready {12}a\?b\n$/);
  });
});
