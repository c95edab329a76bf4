/** The other end of the endpoint's SAs: the kernel of the guest `second`, by ip(8). */
import type { Algorithm } from '../../src/endpoint/algorithm.js';
import type { Topology } from './topology.js';

export interface KernelPair {
  readonly algorithm: Algorithm;
  readonly mode: 'tunnel' | 'transport';
  readonly udp: boolean;
  readonly esn: boolean;
  /** The endpoint's (or the relay's) address, and the guest's. */
  readonly peer: string;
  readonly local: string;
  /** Towards the guest, and from it, as the guest sees them. */
  readonly spiIn: string;
  readonly spiOut: string;
  /** Hexadecimal. */
  readonly keyIn: string;
  readonly keyOut: string;
  /** Unique number of the pair. */
  readonly reqid: number;
  /** Inner networks: the guest's and the other end's; in transport mode none. */
  readonly nets: readonly (readonly [own: string, other: string])[];
  /** With ESN: sequence number that both directions have used up. */
  readonly sequence?: { readonly high: number; readonly low: number };
}

/** The words of `ip xfrm state add`. */
function transform(algorithm: Algorithm, key: string): string {
  if (algorithm.endsWith('gcm')) return `aead 'rfc4106(gcm(aes))' 0x${key} 128`;
  if (algorithm === 'chacha20-poly1305') return `aead 'rfc7539esp(chacha20,poly1305)' 0x${key} 128`;
  const [cipher, hash] = algorithm.split('-cbc-hmac-') as [string, string];
  const digits = cipher === 'aes-128' ? 32 : 64;
  const bits = { sha256: 128, sha384: 192, sha512: 256 }[hash];
  return `auth-trunc 'hmac(${hash})' 0x${key.slice(digits)} ${bits} enc 'cbc(aes)' 0x${key.slice(0, digits)}`;
}

/** Commands for ip -batch. */
export function kernelCommands(pair: KernelPair): string[] {
  const { algorithm, mode, udp, esn, local, peer, reqid, sequence } = pair;
  const encapsulation = udp ? ` encap espinudp 4500 4500 ${local.includes(':') ? '::' : '0.0.0.0'}` : '';
  const state = (from: string, to: string, spi: string, key: string, outward: boolean): string => {
    const flags = [...(esn ? ['esn'] : []), ...(mode === 'tunnel' ? ['af-unspec'] : [])];
    const direction = outward ? 'oseq' : 'seq';
    const start =
      esn && sequence ? ` replay-${direction} ${sequence.low} replay-${direction}-hi ${sequence.high}` : '';
    const window = esn ? ` replay-window 256${start}` : ' replay-window 32';
    return `xfrm state add src ${from} dst ${to} proto esp spi ${spi} reqid ${reqid} mode ${mode}${window}${
      flags.length > 0 ? ` flag ${flags.join(' ')}` : ''
    } ${transform(algorithm, key)}${encapsulation}`;
  };
  const template = (from: string, to: string) =>
    `tmpl src ${from} dst ${to} proto esp reqid ${reqid} mode ${mode}`;
  const selectors = mode === 'tunnel' ? pair.nets : [[local, peer] as const];
  return [
    state(local, peer, pair.spiOut, pair.keyOut, true),
    state(peer, local, pair.spiIn, pair.keyIn, false),
    ...selectors.flatMap(([own, other]) => [
      `xfrm policy add src ${own} dst ${other} dir out priority 2 ${template(local, peer)}`,
      `xfrm policy add src ${other} dst ${own} dir in priority 2 ${template(peer, local)}`,
    ]),
  ];
}

/** Opens the guest's port 4500 for ESP in UDP: sockets with UDP_ENCAP, for both families, until the guest ends. */
const OPEN_PORT = `exec python3 -c '
import socket, time
for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
    s = socket.socket(family, socket.SOCK_DGRAM)
    if family == socket.AF_INET6: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    s.bind((address, 4500))
    s.setsockopt(socket.IPPROTO_UDP, 100, 2)
    globals()[address] = s
print("open", flush=True)
time.sleep(100000)
'`;

export async function openGuestPort(topology: Topology): Promise<void> {
  await topology.guest(
    'second',
    `(${OPEN_PORT.replace('exec python3', '/usr/bin/python3')}) >/run/port 2>&1 &\nwhile ! grep -q open /run/port; do sleep 0.1; done`,
  );
}

export async function installKernelPairs(topology: Topology, pairs: readonly KernelPair[]): Promise<void> {
  // ESP in UDP is checked against the policies as UDP before it is recognized: a key exchange daemon's socket
  // has such an exception of its own. And neighbours must be found in the clear (RFC 4301 §5.1, RFC 4890 §4.4.1).
  const exceptions = [
    ...['0.0.0.0/0', '::/0'].map((any) => `src ${any} dst ${any} proto udp dport 4500 dir in`),
    ...['135', '136'].flatMap((type) =>
      ['in', 'out'].map((direction) => `src ::/0 dst ::/0 proto ipv6-icmp type ${type} dir ${direction}`),
    ),
  ].map((words) => `ip xfrm policy add ${words} action allow priority 1`);
  await topology.guest('second', ['ip xfrm state flush; ip xfrm policy flush', ...exceptions].join('\n'));
  // In pieces: the kernel tries each algorithm out before its first use, which takes a busy guest seconds.
  for (let from = 0; from < pairs.length; from += 6) {
    const batch = pairs
      .slice(from, from + 6)
      .flatMap(kernelCommands)
      .join('\n');
    await topology.guest('second', `ip -batch - <<'COMMANDS'\n${batch}\nCOMMANDS`);
  }
}
