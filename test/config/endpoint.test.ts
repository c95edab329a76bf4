import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/config/config.js';
import { type EndpointConfig, loadAnyConfig, parseEndpointConfig } from '../../src/config/endpoint.js';
import { endpointKeys } from '../../src/daemon/endpoint-daemon.js';
import { planEndpoint } from '../../src/host/endpoint.js';
import { describe as inWords } from '../../src/host/plan.js';
import { formatAddress, formatPrefix, parseAddress } from '../../src/wire/address.js';

const HEAD = '[endpoint]\nkeys = "/etc/ipsec-relay/keys"\n';
const SA = `[[sa]]
name = "alice-up"
direction = "out"
local = "198.18.1.1"
peer = "198.18.9.9"
spi = "0xaaaa0001"
algorithm = "aes-128-gcm"
local-net = ["10.1.0.0/24"]
remote-net = ["10.2.0.0/24"]
`;
const SA_IN = SA.replace('alice-up', 'alice-down')
  .replace('"out"', '"in"')
  .replace('0xaaaa0001', '0xbbbb0001');

const parse = (text: string) => parseEndpointConfig(text, '/etc/ipsec-relay/endpoint.toml');

function problemsOf(text: string): readonly string[] {
  try {
    parse(text);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.problems;
  }
  throw new Error(`accepted: ${text}`);
}

describe('config/endpoint', () => {
  it('fills in the defaults', () => {
    const { sas, ...rest } = parse(HEAD + SA);
    assert.deepEqual(rest, {
      role: 'endpoint',
      path: '/etc/ipsec-relay/endpoint.toml',
      interface: 'ipesp0',
      mtu: undefined,
      addresses: [],
      keys: '/etc/ipsec-relay/keys',
      port: 4500,
      keepaliveSeconds: 20,
      forward: false,
      control: { socket: '/run/ipsec-relay/control.sock', group: undefined, configured: false },
      state: { directory: '/var/lib/ipsec-relay' },
      log: { level: 'info' },
    });
    const [{ local, peer, localNets, remoteNets, ...sa } = assert.fail()] = sas;
    assert.deepEqual([local, peer].map(formatAddress), ['198.18.1.1', '198.18.9.9']);
    assert.deepEqual([...localNets, ...remoteNets].map(formatPrefix), ['10.1.0.0/24', '10.2.0.0/24']);
    assert.deepEqual(sa, {
      name: 'alice-up',
      direction: 'out',
      mode: 'tunnel',
      udp: false,
      peerPort: 0,
      spi: 0xaaaa0001,
      icvSpi: 0xaaaa0001,
      algorithm: 'aes-128-gcm',
      esn: false,
      window: 1024,
      key: 'alice-up',
    });
  });

  it('reads every key', () => {
    const config = parse(
      `[endpoint]
      keys = "/k"
      interface = "e0"
      addresses = ["10.1.0.1/24", "fd00::1/64"]
      port = 4501
      keepalive = 0
      mtu = 1300
      forward = true
      [control]
      socket = "/tmp/c"
      [[sa]]
      name = "x"
      direction = "in"
      mode = "transport"
      local = "2001:db8::1"
      peer = "2001:DB8::2"
      spi = 0x1234
      icv-spi = "0x5678"
      algorithm = "aes-256-cbc-hmac-sha512"
      esn = true
      encap = "udp:5000"
      window = 64
      key = "other"`,
    );
    assert.deepEqual(
      config.addresses.map(({ bytes, length }) => `${formatAddress(bytes)}/${length}`),
      ['10.1.0.1/24', 'fd00::1/64'],
    );
    const { port, keepaliveSeconds, mtu, forward, control, sas } = config;
    assert.deepEqual(
      { port, keepaliveSeconds, mtu, forward },
      { port: 4501, keepaliveSeconds: 0, mtu: 1300, forward: true },
    );
    assert.equal(control.configured, true);
    const [{ spi, icvSpi, esn, udp, peerPort, window, key, localNets, remoteNets } = assert.fail()] = sas;
    assert.deepEqual(
      { spi, icvSpi, esn, udp, peerPort, window, key },
      { spi: 0x1234, icvSpi: 0x5678, esn: true, udp: true, peerPort: 5000, window: 64, key: 'other' },
    );
    assert.deepEqual([...localNets, ...remoteNets].map(formatPrefix), ['2001:db8::1', '2001:db8::2']);
  });

  it('says of each mistake what is wrong, where, and what would be right', () => {
    const wrong = (from: string, to: string) => problemsOf(HEAD + SA.replace(from, to));
    for (const [problems, sentence] of [
      [
        problemsOf(HEAD),
        /^endpoint.toml: \[\[sa\]\]: there is none; an endpoint needs one for each direction$/,
      ],
      [problemsOf(`[endpoint]\n${SA}`), /\[endpoint\] keys: missing; give a text in quotes$/],
      [
        problemsOf(`${HEAD}keepalife = 3\n${SA}`),
        /\[endpoint\] keepalife: unknown key; the nearest known key is "keepalive"$/,
      ],
      [problemsOf(`${HEAD}addresses = ["10.1.0.1/33"]\n${SA}`), /"10.1.0.1\/33" has no valid prefix length/],
      [wrong('"out"', '"up"'), /\[\[sa\]\] "alice-up": direction: "up" is unknown; use "out", "in"$/],
      [wrong('aes-128-gcm', 'aes-192-gcm'), /algorithm: "aes-192-gcm" is unknown; use "aes-128-gcm"/],
      [wrong('0xaaaa0001', '0xff'), /spi: SPIs up to 255 are reserved \(RFC 4303 section 2.1\)/],
      [
        wrong('198.18.9.9', '224.0.0.1'),
        /peer: "224.0.0.1" is a multicast address; give one that can be routed$/,
      ],
      [wrong('198.18.9.9', '2001:db8::1'), /peer: it is of another family than local/],
      [
        wrong('local-net = ["10.1.0.0/24"]\n', ''),
        /local-net: missing; write it like local-net = \["10.1.0.0\/24"\]$/,
      ],
      [wrong('10.2.0.0/24', '10.2.0.1/24'), /remote-net: "10.2.0.1\/24" has bits set beyond/],
      [
        wrong('peer =', 'encap = "tcp"\npeer ='),
        /encap: "tcp" is no encapsulation; write "none", "udp", or "udp:PORT"/,
      ],
      [wrong('peer =', 'window = 31\npeer ='), /window: 31 is no size of a window; use 32-65536$/],
      [wrong('peer =', 'esn = "yes"\npeer ='), /esn: "yes" is not true or false$/],
      [wrong('peer =', 'piir = ""\npeer ='), /piir: unknown key; the nearest known key is "/],
      [problemsOf(HEAD + SA + SA), /name: it is given already; each SA has a name of its own$/],
      [
        problemsOf(`${HEAD}${SA_IN}key = "k"\n${SA_IN.replace('alice-down', 'b')}`),
        /\[\[sa\]\] "b": spi: "alice-down" has it already at 198.18.1.1$/,
      ],
      [
        problemsOf(`${HEAD}${SA}${SA_IN}key = "alice-up"\n`),
        /\[\[sa\]\] "alice-down": key: it is that of "alice-up" already; each SA, also each direction, needs a key of its own$/,
      ],
    ] as const) {
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0]!, sentence);
    }
  });

  describe('files', () => {
    let directory: string;
    const file = (name: string, text: string, mode = 0o600): string => {
      writeFileSync(join(directory, name), text, { mode });
      return join(directory, name);
    };
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'ipsec-relay-test-'));
    });
    afterEach(() => rmSync(directory, { recursive: true }));

    it('are told by their section, and have one role', () => {
      assert.equal(loadAnyConfig(file('e', HEAD + SA)).role, 'endpoint');
      assert.equal(loadAnyConfig(file('r', '[relay]\naddresses = ["198.18.9.9"]')).role, 'relay');
      assert.throws(
        () => loadAnyConfig(file('both', `${HEAD}[relay]\naddresses = ["198.18.9.9"]\n`)),
        /it has both \[relay\] and \[endpoint\]; a daemon has one role/,
      );
    });

    it('of keys: each SA has one of its algorithm’s length, and none twice', () => {
      const config = (text: string) => {
        const keys = file('keys', text);
        return parse(`[endpoint]\nkeys = "${keys}"\n${SA}${SA_IN}`);
      };
      const one = '11'.repeat(20);
      const other = '22'.repeat(20);
      const keys = endpointKeys(config(`alice-up ${one}\nalice-down ${other}\n`));
      assert.deepEqual(
        keys.map((key) => key.length),
        [20, 20],
      );
      const refuses = (text: string, sentence: RegExp) =>
        assert.throws(
          () => endpointKeys(config(text)),
          (error: Error) => {
            assert.match(error.message, sentence);
            assert.doesNotMatch(error.message, /1111|2222|\n/);
            return true;
          },
        );
      refuses(
        `alice-up ${one}\n`,
        /the key of the SA "alice-down" is missing; add a line with its name and the key$/,
      );
      refuses(
        `alice-up ${one}\nalice-down ${other}22\n`,
        /"alice-down" has 21 bytes; aes-128-gcm takes 20 \(16 bytes of key and 4 of salt\)$/,
      );
      refuses(
        `alice-up ${one}\nalice-down ${one}\n`,
        /"alice-up" and "alice-down" have the same key; each SA, also each direction/,
      );
    });
  });

  it('plans routes in a table of their own, the rule to it, and addresses', () => {
    const config = parse(
      `${HEAD}addresses = ["10.1.0.1/24"]\nforward = true\n${SA}${SA_IN}`,
    ) as EndpointConfig;
    const host = {
      mtu: 1446,
      netMtus: new Map([['10.2.0.0/24', 1446]]),
      assigned: [],
      strictInterfaces: ['eth0'],
    };
    assert.deepEqual(planEndpoint(config, host).steps.map(inWords), [
      'net.ipv6.conf.ipesp0.disable_ipv6 = 1',
      'link ipesp0 alias ipsec-relay mtu 1446 txqueuelen 2000',
      'link ipesp0 up',
      'net.ipv4.conf.eth0.rp_filter = 2',
      'net.ipv4.ip_forward = 1',
      'address 10.1.0.1/24 dev ipesp0 noprefixroute',
      'route 10.2.0.0/24 dev ipesp0 table 4304 src 10.1.0.1 mtu 1446',
      'IPv4 rule 4304: not fwmark 0x10ce lookup 4304',
    ]);
    const other = planEndpoint(parse(HEAD + SA), {
      ...host,
      assigned: [parseAddress('10.1.0.9')],
      strictInterfaces: [],
    });
    assert.ok(
      other.steps.map(inWords).includes('route 10.2.0.0/24 dev ipesp0 table 4304 src 10.1.0.9 mtu 1446'),
    );
    // Else a route that names it as its source is refused, now and then.
    const ipv6 = parse(`${HEAD}addresses = ["fd00:1::1/64"]\n${SA}${SA_IN}`) as EndpointConfig;
    const steps = planEndpoint(ipv6, host).steps.map(inWords);
    assert.ok(steps.includes('address fd00:1::1/64 dev ipesp0 noprefixroute nodad'), steps.join('\n'));
  });
});
