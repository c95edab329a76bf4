/** Plays a scene to the real data plane, one packet after the other. */
import { Rig } from '../model/rig.js';
import { definitionOf, type Scene } from './corpus.js';

export interface Played {
  /** For each packet received its verdict (`held`: it waits), and the packets sent because of it: in its place, then the others. */
  readonly packets: readonly { readonly verdict: string; readonly sent: readonly Uint8Array[] }[];
  /** Packets by verdict at the end. */
  readonly counted: Readonly<Record<string, number>>;
}

/** Rates have tests of their own. */
const UNLIMITED = { icmpRate: 1e6, icmpTranslateRate: 1e6 };

export function play(scene: Scene): Played {
  const rig = makeRig(scene, 1);
  const packets = scene.packets.map(({ hex, at }) => {
    const [outcome] = rig.run([bytesOf(hex)], at);
    const { verdict, packet } = outcome!;
    const originated = rig.originated.splice(0);
    return { verdict, sent: packet === undefined ? originated : [packet, ...originated] };
  });
  const counted = Object.entries(rig.counted()).map(([verdict, [count]]) => [verdict, count]);
  return { packets, counted: Object.fromEntries(counted) };
}

export interface Batched {
  readonly packets: ReturnType<Rig['run']>;
  /** The packets sent beside those. */
  readonly originated: readonly Uint8Array[];
}

/** All packets of the scene at one time, as many in a batch as one holds. */
export function playInBatches(scene: Scene): Batched {
  const rig = makeRig(scene, 64);
  const packets = rig.run(
    scene.packets.map(({ hex }) => bytesOf(hex)),
    scene.packets[0]!.at,
  );
  return { packets, originated: rig.originated };
}

function makeRig(scene: Scene, batch: number): Rig {
  const [{ mtu }] = scene.sas as [Scene['sas'][number]];
  return new Rig({
    sas: scene.sas.map(definitionOf),
    role: scene.role,
    kernelHops: scene.kernelHops,
    batch,
    settings: {
      ...UNLIMITED,
      udp6ZeroChecksum: scene.udp6ZeroChecksum,
      passesOthers: scene.role === 'edge',
    },
    mtu,
    fragmentLimits: { memory: 1 << 20, datagrams: 256, timeoutMs: scene.fragmentTimeout },
  });
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}
