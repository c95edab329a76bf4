/** The kernels' counters: their SAs (ip -s xfrm state) and their errors (/proc/net/xfrm_stat). */
import type { Guest, Topology } from './topology.js';

export interface KernelSa {
  readonly source: string;
  readonly destination: string;
  readonly packets: number;
  /** Of the packets inside: Linux counts before encryption and after decryption. */
  readonly bytes: number;
  readonly replayWindow: number;
  readonly replay: number;
  readonly failed: number;
}

export interface KernelState {
  /** By SPI, as ip(8) prints it: 0x22220001. */
  readonly sas: ReadonlyMap<string, KernelSa>;
  /** The errors that are not zero. */
  readonly errors: Readonly<Record<string, number>>;
}

export async function kernelState(topology: Topology, guest: Guest): Promise<KernelState> {
  const text = await topology.guest(guest, 'ip -s xfrm state; echo ---; cat /proc/net/xfrm_stat');
  const [states, errors] = text.split('---\n') as [string, string];
  const sas = new Map<string, KernelSa>();
  for (const state of states.split(/^(?=src )/m).filter((part) => part !== '')) {
    const number = (pattern: RegExp): number => Number(pattern.exec(state)![1]);
    sas.set(/spi (0x[0-9a-f]{8})/.exec(state)![1]!, {
      source: /^src (\S+)/.exec(state)![1]!,
      destination: /^src \S+ dst (\S+)/.exec(state)![1]!,
      packets: number(/lifetime current:\s+\d+\(bytes\), (\d+)\(packets\)/),
      bytes: number(/lifetime current:\s+(\d+)\(bytes\)/),
      replayWindow: number(/stats:\s+replay-window (\d+)/),
      replay: number(/stats:\s+replay-window \d+ replay (\d+)/),
      failed: number(/stats:\s+replay-window \d+ replay \d+ failed (\d+)/),
    });
  }
  const counted = [...errors.matchAll(/^(\w+)\s+(\d+)$/gm)].map(
    ([, name, count]) => [name!, Number(count)] as const,
  );
  return { sas, errors: Object.fromEntries(counted.filter(([, count]) => count !== 0)) };
}

/** Zeroes nothing: errors since `before`. */
export function errorsSince(before: KernelState, now: KernelState): Record<string, number> {
  const grown = Object.entries(now.errors).map(
    ([name, count]) => [name, count - (before.errors[name] ?? 0)] as const,
  );
  return Object.fromEntries(grown.filter(([, count]) => count !== 0));
}
