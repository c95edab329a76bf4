/** Plays a scene to the real data plane, one packet after the other. */
import { Rig } from '../model/rig.js';
import { definitionOf, type Scene } from './corpus.js';

export interface Played {
  /** For each packet received its verdict (`held`: it waits), and what was sent because of it, in order. */
  readonly packets: readonly { readonly verdict: string; readonly sent: readonly Uint8Array[] }[];
  /** Packets by verdict at the end. */
  readonly counted: Readonly<Record<string, number>>;
}

export function play(scene: Scene): Played {
  const rig = new Rig({
    sas: scene.sas.map(definitionOf),
    role: scene.role,
    kernelHops: scene.kernelHops,
    batch: 1,
  });
  const packets = scene.packets.map(({ hex, at }) => {
    const [outcome] = rig.run([Uint8Array.from(Buffer.from(hex, 'hex'))], at);
    const { verdict, packet } = outcome!;
    return { verdict: verdict ?? 'held', sent: packet === undefined ? [] : [packet] };
  });
  const counted = Object.entries(rig.counted()).map(([verdict, [count]]) => [verdict, count]);
  return { packets, counted: Object.fromEntries(counted) };
}
