/** Whether the relay did as the model predicts. */
import { Choices, complaintAbout } from './compare.js';
import type { Expected, Prediction, Scene } from './corpus.js';
import type { Batched, Played } from './play.js';

/** Shown of a packet, hex digits. */
const SHOWN = 400;

/** @returns a line for each difference */
export function disagreements(scene: Scene, prediction: Prediction, { packets }: Played): string[] {
  const choices = new Choices();
  return scene.packets.flatMap((_, i) => {
    const want = prediction.packets[i]!;
    const { verdict, sent } = packets[i]!;
    const where = place(scene, i);
    if (verdict !== want.verdict) return [`${where}: verdict ${verdict} and not ${want.verdict}`];
    if (sent.length !== want.sent.length) {
      return [`${where}: ${sent.length} sent and not ${want.sent.length}`];
    }
    const rest = [...want.sent];
    return sent.flatMap((bytes, k) => {
      const complaint = complaintAbout(bytes, take(rest, bytes), choices);
      return complaint === undefined ? [] : [`${where}, sent ${k}: ${complaint}`];
    });
  });
}

/** The same for packets that were received together: only the packets that leave in their places can be told apart. */
export function disagreementsOfBatches(
  scene: Scene,
  prediction: Prediction,
  { packets, originated }: Batched,
): string[] {
  const choices = new Choices();
  const rest: Expected[] = [];
  const complaints = scene.packets.flatMap((_, i) => {
    const want = prediction.packets[i]!;
    const { verdict, packet } = packets[i]!;
    const where = place(scene, i);
    const others = [...want.sent];
    const complaint = packet && complaintAbout(packet, take(others, packet), choices);
    rest.push(...others);
    if (verdict !== want.verdict) return [`${where}: verdict ${verdict} and not ${want.verdict}`];
    return complaint === undefined ? [] : [`${where}: ${complaint}`];
  });
  if (originated.length !== rest.length) {
    return [...complaints, `${scene.name}: ${originated.length} sent beside them and not ${rest.length}`];
  }
  return complaints.concat(
    originated.flatMap((bytes) => {
      const complaint = complaintAbout(bytes, take(rest, bytes), choices);
      return complaint === undefined ? [] : [`${scene.name}, beside: ${complaint}`];
    }),
  );
}

/** Takes out the one that fits; which comes first of those sent because of one packet is free. Any, if none fits. */
function take(rest: Expected[], bytes: Uint8Array): Expected {
  const at = rest.findIndex((expected) => complaintAbout(bytes, expected, new Choices()) === undefined);
  return rest.splice(Math.max(at, 0), 1)[0] ?? NOTHING;
}

const NOTHING: Expected = { hex: '', free: [], sums: [] };

function place(scene: Scene, i: number): string {
  const { form, hex } = scene.packets[i]!;
  return `${scene.name}, packet ${i}, ${form} ${hex.slice(0, SHOWN)}`;
}
