import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, ConfigError, loadConfig, parseConfig } from '../../src/config/config.js';
import { messages } from '../../src/control/message.js';
import { formatPrefix } from '../../src/wire/address.js';

const RELAY = '[relay]\naddresses = ["198.18.9.9"]\n';
const GATEWAY = '[[second]]\nname = "gw1"\naddresses = ["198.18.2.2"]\n';
const SERVICE = '[[service]]\nname = "vpn"\naddresses = ["198.18.9.9"]\nseconds = ["gw1"]\n';

function problemsOf(text: string): readonly string[] {
  try {
    parseConfig(text, '/etc/ipsec-relay/relay.toml');
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.problems;
  }
  throw new Error(`accepted: ${text}`);
}

describe('config/config', () => {
  it('fills in the defaults of the design', () => {
    const config = parseConfig(RELAY, '/etc/ipsec-relay/relay.toml');
    const { addresses, ...rest } = config as Extract<Config, { role: 'relay' }>;
    assert.deepEqual(addresses.map(formatPrefix), ['198.18.9.9']);
    assert.deepEqual(rest, {
      path: '/etc/ipsec-relay/relay.toml',
      role: 'relay',
      attachment: 'tun',
      interface: 'iprelay0',
      workers: 1,
      maxSas: 65_536,
      lookup: 'probe',
      mtu: undefined,
      udp6ZeroChecksum: false,
      sharedAddress: false,
      keepaliveSeconds: 20,
      spiFilter: true,
      fastPath: false,
      exchange: {
        seconds: [],
        services: [],
        strangerRate: 500,
        settings: {
          halfOpen: 10_000,
          halfOpenPerPrefix: 64,
          halfOpenTimeout: 60,
          idle: 3600,
          learnSpis: true,
          cookieThreshold: 500,
          connections: 100_000,
          ports: [1024, 65_535],
        },
      },
      fragments: { memory: 4_194_304, timeout: 30, datagrams: 1024, rate: 8192 },
      icmp: { rate: 100, translateRate: 1000 },
      control: { socket: '/run/ipsec-relay/control.sock', group: undefined },
      state: { directory: '/var/lib/ipsec-relay' },
      log: { level: 'info' },
      sas: [],
    });
  });

  it('reads every key of the relay role, and SAs in the words of the CLI', () => {
    const config = parseConfig(
      `[relay]
      addresses = ["198.18.9.9", "198.18.10.0/24", "2001:DB8:9::9"]
      attachment = "tun"
      interface = "r0"
      workers = 4
      max-sas = 1_048_576
      lookup = "map"
      mtu = 9000
      udp6-zero-checksum = true
      keepalive = 0
      [fragments]
      memory = 131072
      timeout = 120
      datagrams = 16
      rate = 1
      [icmp]
      rate = 1
      translate-rate = 1_000_000
      [control]
      socket = "/tmp/c.sock"
      group = "netadmin"
      [state]
      directory = "/tmp/state"
      [log]
      level = "debug"
      [[sa]]
      name = "alice-up"
      dst = "198.18.9.9"
      spi = 0xaaaa0001
      src = "198.18.1.1"
      to = "198.18.2.2"
      to-src = "198.18.10.1"
      to-spi = "0x22220001"
      proto = "esp"
      encap = "udp:any"
      to-encap = "none"
      mode = "aware"
      hairpin = true
      lifetime = 3600
      soft-lifetime = 3000
      idle = 60
      [[sa]]
      dst = "198.18.9.9"
      spi = "4660"
      to = "198.18.2.2"`,
      'relay.toml',
    );
    assert.equal(config.role, 'relay');
    assert.deepEqual(config.addresses.map(formatPrefix), ['198.18.9.9', '198.18.10.0/24', '2001:db8:9::9']);
    assert.deepEqual(
      [config.interface, config.workers, config.maxSas, config.lookup, config.mtu],
      ['r0', 4, 1_048_576, 'map', 9000],
    );
    assert.deepEqual(
      [config.udp6ZeroChecksum, config.keepaliveSeconds, config.sharedAddress],
      [true, 0, false],
    );
    assert.deepEqual(config.fragments, { memory: 131_072, timeout: 120, datagrams: 16, rate: 1 });
    assert.deepEqual(config.icmp, { rate: 1, translateRate: 1_000_000 });
    assert.deepEqual(config.control, { socket: '/tmp/c.sock', group: 'netadmin' });
    assert.deepEqual([config.state.directory, config.log.level], ['/tmp/state', 'debug']);
    assert.deepEqual(config.sas, [
      {
        name: 'alice-up',
        dst: '198.18.9.9',
        spi: 0xaaaa0001,
        spiAuto: false,
        src: '198.18.1.1',
        to: '198.18.2.2',
        toSrc: '198.18.10.1',
        toSpi: 0x22220001,
        toSpiChoice: messages.SaRequest.SpiChoice.VALUE,
        protocol: messages.Protocol.ESP,
        encap: { peerPort: 0, port: 4500 },
        toEncap: { none: true, sourcePort: 0, destinationPort: 0 },
        mode: messages.Mode.AWARE,
        hairpin: true,
        lifetime: 3600,
        softLifetime: 3000,
        idle: 60,
      },
      { dst: '198.18.9.9', spi: 4660, spiAuto: false, to: '198.18.2.2' },
    ]);
  });

  it('reads the edge role, where an SA may leave the destination as it is', () => {
    const config = parseConfig(
      '[edge]\nrelays = ["198.18.9.9"]\naddresses = ["198.18.1.1"]\n[[sa]]\ndst = "198.18.9.9"\nspi = 0x1000\nto-spi = 0x2000',
      'edge.toml',
    );
    assert.equal(config.role, 'edge');
    assert.deepEqual(config.relays.map(formatPrefix), ['198.18.9.9']);
    assert.deepEqual(config.addresses.map(formatPrefix), ['198.18.1.1']);
    assert.deepEqual([config.seconds, config.udp6ZeroChecksum], [[], false]);
    assert.equal(config.interface, 'ipedge0');
    assert.equal(config.sas.length, 1);
  });

  it('reads the second computers of an edge, and the addresses that a relay shares with its host', () => {
    const edge = parseConfig(
      '[edge]\nrelays = ["198.18.9.9"]\naddresses = ["198.18.1.1"]\nseconds = ["198.18.2.2", "2001:db8:2::/64"]\nudp6-zero-checksum = true',
      'edge.toml',
    );
    assert.equal(edge.role, 'edge');
    assert.deepEqual(edge.seconds.map(formatPrefix), ['198.18.2.2', '2001:db8:2::/64']);
    assert.equal(edge.udp6ZeroChecksum, true);
    const relay = parseConfig(`${RELAY}shared-address = true\nkeepalive = 3600`, 'relay.toml');
    assert.equal(relay.role, 'relay');
    assert.deepEqual([relay.sharedAddress, relay.keepaliveSeconds], [true, 3600]);
  });

  /** The file's text, and the sentences it earns (after `relay.toml: `). */
  const MISTAKES: [text: string, ...sentences: string[]][] = [
    [
      '',
      'neither [relay], [edge] nor [endpoint] is there; write [relay] and below it addresses = ["198.18.9.9"]',
    ],
    [
      `${RELAY}[edge]\nrelays = ["198.18.9.8"]\naddresses = ["198.18.1.1"]`,
      'it has both [relay] and [edge]; a daemon has one role, so remove one of them',
    ],
    ['[relay]', '[relay] addresses: missing; give a list, such as ["198.18.9.9"]'],
    [
      '[relay]\naddresses = []',
      '[relay] addresses: [] has no address; give at least one, such as ["198.18.9.9"]',
    ],
    [
      '[relay]\naddresses = "198.18.9.9"',
      '[relay] addresses: "198.18.9.9" is not a list, such as ["198.18.9.9"]',
    ],
    ['[relay]\naddresses = [1]', '[relay] addresses: 1 is not a text in quotes'],
    [
      '[relay]\naddresses = ["10.1"]',
      '[relay] addresses: "10.1" is not an IP address: write four decimal numbers from 0 to 255 without leading zeros, such as 198.18.9.9',
    ],
    [
      '[relay]\naddresses = ["198.18.9.9/24"]',
      '[relay] addresses: "198.18.9.9/24" has bits set beyond its prefix length; write 198.18.9.0/24',
    ],
    [
      '[relay]\naddresses = ["198.18.9.9", "198.18.9.9"]',
      '[relay] addresses: "198.18.9.9" is given already by "198.18.9.9"; leave one out',
    ],
    [
      '[relay]\naddresses = ["2001:db8::/32", "2001:db8:9::9"]',
      '[relay] addresses: "2001:db8:9::9" is given already by "2001:db8::/32"; leave one out',
    ],
    ...(
      [
        ['127.0.0.1', 'a loopback address'],
        ['0.0.0.0/0', 'an unspecified address'],
        ['224.0.0.1', 'a multicast address'],
        ['fe80::1', 'a link-local address'],
        ['255.255.255.255', 'the broadcast address'],
      ] as const
    ).map(([address, kind]): [string, string] => [
      `[relay]\naddresses = ["${address}"]`,
      `[relay] addresses: "${address}" is or contains ${kind}; give addresses that can be routed`,
    ]),
    [
      '[edge]\nrelays = ["198.18.9.0/24"]\naddresses = ["198.18.9.9"]',
      '[edge] addresses: "198.18.9.9" is also in relays; a first computer is not a relay',
    ],
    ...(
      [
        ['198.18.9.8/29', 'relays; a second computer is not a relay'],
        ['198.18.1.1', 'addresses; a second computer is not a first'],
      ] as const
    ).map(([second, place]): [string, string] => [
      `[edge]\nrelays = ["198.18.9.9"]\naddresses = ["198.18.1.1"]\nseconds = ["${second}"]`,
      `[edge] seconds: "${second}" is also in ${place}`,
    ]),
    [
      '[edge]\nrelays = ["198.18.9.9"]\naddresses = ["198.18.1.1"]\nsecond = ["198.18.2.2"]',
      '[edge] second: unknown key; the nearest known key is "seconds"',
    ],
    [
      '[edge]\nrelays = ["198.18.9.9"]\naddresses = ["198.18.1.1"]\nseconds = ["ff02::1"]',
      '[edge] seconds: "ff02::1" is or contains a multicast address; give addresses that can be routed',
    ],
    [
      '[relay]\naddresses = ["198.18.9.9", "198.18.10.0/24"]\nshared-address = true',
      '[relay] addresses: "198.18.10.0/24" is a prefix; with shared-address = true give this host\'s own addresses alone',
    ],
    [`${RELAY}shared-address = 1`, '[relay] shared-address: 1 is not true or false'],
    [`${RELAY}udp6-zero-checksum = "yes"`, '[relay] udp6-zero-checksum: "yes" is not true or false'],
    [`${RELAY}keepalive = 3601`, '[relay] keepalive: 3601 is out of range; use 0-3600'],
    [`${RELAY}keepalive = -1`, '[relay] keepalive: -1 is out of range; use 0-3600'],
    [`${RELAY}keep-alive = 1`, '[relay] keep-alive: unknown key; the nearest known key is "keepalive"'],
    [
      `${RELAY}[fragments]\nmemory = 131071\ntimeout = 0\ndatagrams = 65537\nrate = 0`,
      '[fragments] memory: 131071 is out of range; use 131072-1073741824',
      '[fragments] timeout: 0 is out of range; use 1-120',
      '[fragments] datagrams: 65537 is out of range; use 16-65536',
      '[fragments] rate: 0 is out of range; use 1-10000000',
    ],
    [`${RELAY}[fragment]`, '[fragment]: unknown key; the nearest known key is "fragments"'],
    [
      `${RELAY}[fragments]\ntimeuot = 3`,
      '[fragments] timeuot: unknown key; the nearest known key is "timeout"',
    ],
    [
      `${RELAY}[icmp]\nrate = 0\ntranslate-rate = 1000001`,
      '[icmp] rate: 0 is out of range; use 1-1000000',
      '[icmp] translate-rate: 1000001 is out of range; use 1-1000000',
    ],
    [
      `${RELAY}[icmp]\ntranslate_rate = 5`,
      '[icmp] translate_rate: unknown key; the nearest known key is "translate-rate"',
    ],
    [`${RELAY}adresses = []`, '[relay] adresses: unknown key; the nearest known key is "addresses"'],
    [
      '[relay]\nadresses = ["198.18.9.9"]',
      '[relay] adresses: unknown key; the nearest known key is "addresses"',
    ],
    ['[rely]\naddresses = ["198.18.9.9"]', '[rely]: unknown key; the nearest known key is "relay"'],
    ['[edg]', '[edg]: unknown key; the nearest known key is "edge"'],
    [
      `${RELAY}[[sa]]\ndst = "198.18.9.9"\nsip = "0xaaaa0001"\nto = "198.18.2.2"`,
      '[[sa]] number 1: sip: unknown key; the nearest known key is "spi"',
    ],
    [`${RELAY}max_sas = 5`, '[relay] max_sas: unknown key; the nearest known key is "max-sas"'],
    [`${RELAY}[contrl]`, '[contrl]: unknown key; the nearest known key is "control"'],
    [`${RELAY}[log]\nlevle = "info"`, '[log] levle: unknown key; the nearest known key is "level"'],
    [
      `${RELAY}[log]\nlevel = "loud"`,
      '[log] level: "loud" is unknown; use "trace" or "debug" or "info" or "warn" or "error" or "fatal"',
    ],
    [`${RELAY}attachment = "xdp"`, '[relay] attachment: "xdp" is not available in this version; use "tun"'],
    [`${RELAY}attachment = "tap"`, '[relay] attachment: "tap" is unknown; use "tun" or "xdp"'],
    [`${RELAY}lookup = "hash"`, '[relay] lookup: "hash" is unknown; use "probe" or "map"'],
    [`${RELAY}workers = "1"`, '[relay] workers: "1" is not a whole number'],
    [`${RELAY}workers = 1.5`, '[relay] workers: 1.5 is not a whole number'],
    [`${RELAY}workers = 0`, '[relay] workers: 0 is out of range; use 1-256'],
    [`${RELAY}max-sas = 1048577`, '[relay] max-sas: 1048577 is out of range; use 1-1048576'],
    [`${RELAY}mtu = 100`, '[relay] mtu: 100 is out of range; use 576-65535'],
    [
      `${RELAY}interface = "abcdefghijklmnop"`,
      '[relay] interface: "abcdefghijklmnop" has 16 bytes; an interface name has 1-15',
    ],
    [
      `${RELAY}interface = "a/b"`,
      '[relay] interface: "a/b" is no interface name; use letters, digits, "_", "." and "-"',
    ],
    [
      `${RELAY}interface = "tun%d"`,
      '[relay] interface: "tun%d" is no interface name; use letters, digits, "_", "." and "-"',
    ],
    [
      `${RELAY}interface = "all"`,
      '[relay] interface: "all" is reserved by the system; choose a name such as "iprelay0"',
    ],
    [
      `${RELAY}[state]\ndirectory = "state"`,
      '[state] directory: "state" is not an absolute path; begin it with "/"',
    ],
    [
      `${RELAY}[control]\nsocket = "/${'x'.repeat(99)}"`,
      '[control] socket: the path is longer than the 99 bytes a socket may have; choose a shorter one',
    ],
    [
      `${RELAY}[control]\ngroup = ""`,
      '[control] group: "" is no group; give one such as "netadmin", or leave the key out',
    ],
    ['relay = 1', '[relay]: 1 is not a section'],
    [
      `${RELAY}[[second]]\naddresses = ["198.18.2.2"]\n[[second]]\nname = "gw2"\naddresses = []\nwheight = 2`,
      '[[second]] number 1: name: missing; give a text in quotes',
      '[[second]] "gw2": addresses: [] has no address; give at least one, such as ["198.18.2.2"]',
      '[[second]] "gw2": wheight: unknown key; the nearest known key is "weight"',
    ],
    [
      `${RELAY}[[service]]\nname = "vpn"\naddresses = ["198.18.9.9"]\nsecond = ["gw1"]`,
      '[[service]] "vpn": second: unknown key; the nearest known key is "seconds"',
    ],
    [
      `${RELAY}${GATEWAY}[[service]]\nname = "vpn"\nseconds = ["gw1"]`,
      '[[service]] "vpn": addresses: missing; give a list, such as ["198.18.9.9"]',
    ],
    [
      `${RELAY}${GATEWAY}[[service]]\nname = "vpn"\naddresses = ["198.18.9.8"]\nseconds = ["gw1", "gw2"]`,
      '[[service]] "vpn": 198.18.9.8 is no relay address; add it to [relay] addresses, or use one of those',
      '[[service]] "vpn": there is no [[second]] named "gw2"; add it, or name one that is there',
    ],
    [
      `${RELAY}${GATEWAY}${SERVICE}[[service]]\nname = "office"\naddresses = ["198.18.9.9"]\nseconds = ["gw1"]`,
      '[[service]] "office": service "vpn" has one of its addresses too; let the two differ in "from", or in their addresses',
    ],
    [
      `${RELAY}${GATEWAY}${SERVICE}[[service]]\nname = "office"\naddresses = ["198.18.9.9"]\nfrom = ["0.0.0.0/0"]\nseconds = ["gw1"]`,
      '[[service]] "office": service "vpn" has one of its addresses too; let the two differ in "from", or in their addresses',
    ],
    [
      `${RELAY}${GATEWAY.replace('198.18.2.2', '198.18.9.9')}${SERVICE}`,
      '[[second]] "gw1": 198.18.9.9 is a relay address; give the second\'s own address',
    ],
    [
      `${RELAY}${GATEWAY.replace('198.18.2.2', '2001:db8:2::2')}${SERVICE}`,
      '[[service]] "vpn": "gw1" has an address of IPv6 only, and the relay has none from which to reach it; add one to [relay] addresses',
    ],
    [`${RELAY}[second]\nname = "gw1"`, '[[second]]: it is not a list; begin each with a line [[second]]'],
    [`sa = 3\n${RELAY}`, '[[sa]]: it is not a list of SAs; begin each SA with a line [[sa]]'],
    [`${RELAY}[sa]\nname = "a"`, '[[sa]]: it is not a list of SAs; begin each SA with a line [[sa]]'],
    [
      `${RELAY}[[sa]]\nname = "a"`,
      '[[sa]] "a": dst: missing; write it like dst = "198.18.9.9"',
      '[[sa]] "a": spi: missing; write it like spi = "0xaaaa0001"',
      '[[sa]] "a": to: missing; write it like to = "198.18.2.2"',
    ],
    [
      `${RELAY}[[sa]]\nname = "a"\ndst = "198.18.9.9"\nspi = "aaaa0001"\nto = "198.18.2"\nto-spi = "auto"\nmod = "edge"`,
      '[[sa]] "a": spi: SPI "aaaa0001" lacks its 0x: write 0xaaaa0001',
      '[[sa]] "a": to: "198.18.2" is not an IP address: write four decimal numbers from 0 to 255 without leading zeros, such as 198.18.9.9',
      '[[sa]] "a": to-spi: "auto" would choose another SPI at each start; write the SPI',
      '[[sa]] "a": mod: unknown key; the nearest known key is "mode"',
    ],
    [
      `${RELAY}[[sa]]\ndst = "198.18.9.9"\nspi = true\nto = "198.18.2.2"`,
      '[[sa]] number 1: spi: true is not a text in quotes or a whole number',
    ],
    [
      `${RELAY}[[sa]]\ndst = "198.18.9.9"\nspi = 256\nto = "198.18.2.2"\nhairpin = "true"\nmode = true`,
      '[[sa]] number 1: hairpin: "true" is not true or false, without quotes',
      '[[sa]] number 1: mode: true is not a text in quotes or a whole number',
    ],
    [
      `${RELAY}workers = 0\n[log]\nlevel = 1\n[[sa]]\ndst = "198.18.9.9"\nspi = "auto"\nto = "198.18.2.2"`,
      '[relay] workers: 0 is out of range; use 1-256',
      '[log] level: 1 is unknown; use "trace" or "debug" or "info" or "warn" or "error" or "fatal"',
      '[[sa]] number 1: spi: "auto" would choose another SPI at each start; write the SPI',
    ],
  ];
  for (const [text, ...sentences] of MISTAKES) {
    it(`says of ${JSON.stringify(text.replace(RELAY, '')).slice(0, 60)}: ${sentences[0]!.slice(0, 60)}`, () => {
      assert.deepEqual(
        problemsOf(text),
        sentences.map((sentence) => `relay.toml: ${sentence}`),
      );
    });
  }

  it('gives line and column of what is not TOML', () => {
    assert.match(
      problemsOf('[relay]\naddresses = [198.18.9.9]')[0]!,
      /^relay\.toml:2:\d+: the line is not TOML \(.+\); write \[section\], key = "text", key = 1 or key = \["text"\]$/,
    );
    assert.match(
      problemsOf(`${RELAY}addresses = []`)[0]!,
      /^relay\.toml:3:\d+: the line is not TOML \(.*redefine.*\); each key and section stands once$/,
    );
  });

  describe('loadConfig', () => {
    let directory: string;
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'config-test-'));
    });
    afterEach(() => rmSync(directory, { recursive: true }));
    const loading = (path: string) => () => loadConfig(path);

    it('reads a file, with or without a byte order mark', () => {
      const path = join(directory, 'relay.toml');
      for (const mark of ['', '\ufeff']) {
        writeFileSync(path, mark + RELAY);
        assert.equal(loadConfig(path).path, path);
      }
    });

    it('says why a file cannot be read', () => {
      const path = join(directory, 'relay.toml');
      assert.throws(
        loading(path),
        new ConfigError([`${path}: there is no such file; name the configuration with --config FILE`]),
      );
      assert.throws(
        loading(directory),
        new ConfigError([`${directory}: it is a directory; name the file in it with --config FILE`]),
      );
      writeFileSync(path, Buffer.from([0x23, 0xff, 0xfe]));
      assert.throws(
        loading(path),
        new ConfigError([`${path}: the file is not UTF-8 text; save it as UTF-8`]),
      );
      assert.throws(loading(join(path, 'x')), /a part of the path is a file and not a directory/);
    });

    it('says so when it has no permission', function () {
      if (process.getuid!() !== 0) this.skip();
      const path = join(directory, 'relay.toml');
      writeFileSync(path, RELAY);
      chmodSync(directory, 0o755);
      chmodSync(path, 0o600);
      process.seteuid!(65534);
      try {
        assert.throws(
          loading(path),
          new ConfigError([`${path}: the file may not be read; run as root, or change its permissions`]),
        );
      } finally {
        process.seteuid!(0);
      }
    });
  });
});
