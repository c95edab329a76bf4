/** How large an inner packet a path carries: computed as the kernel does, and found as a host does, by asking. */
import { outcomeOf } from './command.js';
import { ESP_HEADER, ESP_TRAILER, ICV, LAYOUT } from './counters.js';
import {
  FIRST_HOST,
  FIRST_HOST6,
  type IpsecOptions,
  SECOND_HOST,
  SECOND_HOST6,
  type Topology,
} from './topology.js';
import type { Host } from './transfer.js';

export type Algorithm = NonNullable<IpsecOptions['algorithm']>;

/** One leg's outer packets. */
export interface Leg {
  readonly family: 4 | 6;
  readonly encapsulation: 'native' | 'udp';
}

const UDP_HEADER = 8;

export const ipHeader = (family: 4 | 6): number => (family === 4 ? 20 : 40);

/** Bytes in front of ESP. */
export function outerHeaders({ family, encapsulation }: Leg): number {
  return ipHeader(family) + (encapsulation === 'udp' ? UDP_HEADER : 0);
}

/** The largest inner packet whose ESP packet is not larger than `mtu`: xfrm_state_mtu() of Linux. */
export function innerMtu(leg: Leg, algorithm: Algorithm, mtu: number): number {
  const { iv, block } = LAYOUT[algorithm];
  const room = mtu - outerHeaders(leg) - ESP_HEADER - iv - ICV;
  return room - (room % block) - ESP_TRAILER;
}

/** The same for AH with HMAC-SHA-256-128, whose header of 28 bytes Linux pads to a multiple of 8 (RFC 4302 §3.3.3.2.1). */
export function innerMtuOfAh({ family }: Leg, mtu: number): number {
  return mtu - ipHeader(family) - 32;
}

/** ICMP's header, of an echo request in either family. */
const ECHO_HEADER = 8;
/** Errors that come late, and echoes of a busy machine: a search that needs more has failed. */
const ATTEMPTS = 12;
const PATIENCE_SECONDS = '0.7';

interface Asked {
  readonly answered: boolean;
  /** The MTU that an ICMP error, or the host's own kernel, stated. */
  readonly told: number | undefined;
}

/** Sends one echo request of `length` bytes in all, with DF. */
async function ask(topology: Topology, from: Host, to: string, length: number): Promise<Asked> {
  const payload = length - ipHeader(to.includes(':') ? 6 : 4) - ECHO_HEADER;
  const words = ['ping', '-n', '-M', 'do', '-c', '1', '-W', PATIENCE_SECONDS, '-s', String(payload), to];
  const { stdout, stderr } = await outcomeOf(topology.in(from, ...words));
  const told = /mtu ?[=:] ?(\d+)/i.exec(stdout + stderr);
  return { answered: / 1 received/.test(stdout), told: told ? Number(told[1]) : undefined };
}

/**
 * Path-MTU discovery (RFC 1191, RFC 8201) by echo requests: begins at `length` and does as it is told.
 * @returns the length that was answered; 0 when none was
 */
export async function discover(topology: Topology, from: Host, to: string, length = 1500): Promise<number> {
  let guess = length;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { answered, told } = await ask(topology, from, to, guess);
    if (answered) return guess;
    if (told !== undefined && told < guess) guess = told;
  }
  return 0;
}

/** @returns the path MTU that an echo request of `length` is refused with; undefined when it passes */
export async function refusal(
  topology: Topology,
  from: Host,
  to: string,
  length: number,
): Promise<number | undefined> {
  const { answered, told } = await ask(topology, from, to, length);
  return answered ? undefined : told;
}

/** Where the hosts send. */
const DESTINATIONS = {
  'first-host': { '-4': SECOND_HOST, '-6': SECOND_HOST6 },
  'second-host': { '-4': FIRST_HOST, '-6': FIRST_HOST6 },
} as const;

/** Has a host forget the path MTUs that it was told. */
export async function forgetPathMtus(topology: Topology, ...hosts: Host[]): Promise<void> {
  for (const name of hosts)
    for (const [family, destination] of Object.entries(DESTINATIONS[name])) {
      await topology.exec(name, 'ip', family, 'route', 'flush', 'cache');
      // The next lookup of the destination really forgets it, and silently drops packets that are on their way there.
      await topology.exec(name, 'ip', family, 'route', 'get', destination);
    }
}
