/** Plays a scene to the real data plane, one packet after the other. */
import { Rig } from '../model/rig.js';
import { definitionOf, type Scene } from './corpus.js';

export interface Played {
  /** For each packet received its verdict (`held`: it waits), and what was sent because of it: in its place, then the others. */
  readonly packets: readonly { readonly verdict: string; readonly sent: readonly Uint8Array[] }[];
  /** Packets by verdict at the end. */
  readonly counted: Readonly<Record<string, number>>;
}

/** Rates have tests of their own. */
const UNLIMITED = { icmpRate: 1e6, icmpTranslateRate: 1e6 };

export function play(scene: Scene): Played {
  const [{ mtu }] = scene.sas as [Scene['sas'][number]];
  const rig = new Rig({
    sas: scene.sas.map(definitionOf),
    role: scene.role,
    kernelHops: scene.kernelHops,
    batch: 1,
    settings: { ...UNLIMITED, udp6ZeroChecksum: scene.udp6ZeroChecksum, passesOthers: scene.role === 'edge' },
    mtu,
    fragmentLimits: { memory: 1 << 20, datagrams: 256, timeoutMs: scene.fragmentTimeout },
  });
  const packets = scene.packets.map(({ hex, at }) => {
    const [{ verdict, packet }] = rig.run([Uint8Array.from(Buffer.from(hex, 'hex'))], at) as [
      ReturnType<Rig['run']>[number],
    ];
    const originated = rig.originated.splice(0);
    return { verdict, sent: packet === undefined ? originated : [packet, ...originated] };
  });
  const counted = Object.entries(rig.counted()).map(([verdict, [count]]) => [verdict, count]);
  return { packets, counted: Object.fromEntries(counted) };
}
