/** Whether tshark finds anything wrong in the packets that the relay sent. */
import { parseAddress } from '../../src/wire/address.js';
import type { Scene } from './corpus.js';
import { type Dissected, dissect, writePcap } from './tshark.js';

export interface Frame {
  readonly scene: Scene;
  /** Number of the packet received because of which this was sent. */
  readonly cause: number;
  readonly verdict: string;
  readonly bytes: Uint8Array;
}

/** UDP ports of the corpus on which tshark would not expect ESP. */
const UDP_PORTS = [1, 500, 12345, 33333, 61234, 65535];

/** @param file where to leave them for people to look at */
export function dissectAll(file: string, packets: readonly Uint8Array[]): readonly Dissected[] {
  writePcap(file, packets);
  const dissected = dissect(file, UDP_PORTS);
  if (dissected.length !== packets.length) {
    throw new Error(`tshark read ${dissected.length} of ${packets.length} packets of ${file}`);
  }
  return dissected;
}

/**
 * The faults of a frame, without those of the packet that came: a wrong UDP checksum must stay wrong.
 * @param cause tshark's word on that packet
 */
export function complaintsAbout(frame: Frame, dissected: Dissected, cause: Dissected): string[] {
  const { scene, verdict } = frame;
  // The quotes of errors are damaged at random here, and stay so.
  if (scene.packets[frame.cause]!.form === 'icmp-mutated') return [];
  const before = new Set(cause.complaints.map(withoutNumbers));
  const complaints = dissected.complaints
    .map(withoutNumbers)
    .filter((complaint) => !before.has(complaint))
    .filter((complaint) => !(scene.udp6ZeroChecksum && complaint === 'Illegal checksum value (#)'));
  return verdict === 'forward' ? [...complaints, ...misdirections(scene, dissected, cause)] : complaints;
}

/** "Bad checksum [should be 0x1234]" is the same complaint for any number. */
function withoutNumbers(complaint: string): string {
  return complaint.replace(/0x[0-9a-f]+|[0-9]+/g, '#');
}

/** A forwarded packet goes where one of the SAs says, from where it says, with the SPI it says. */
function misdirections(scene: Scene, { addresses, spis, isFragment }: Dissected, cause: Dissected): string[] {
  const [source, destination] = addresses;
  const fits = scene.sas.filter(
    ({ emit }) =>
      same(emit.destination, destination) && (emit.source === undefined || same(emit.source, source)),
  );
  if (fits.length === 0) return [`no SA emits from ${source} to ${destination}`];
  // Random damage may have made a port one that tshark takes for something else.
  if (spis.length === 0) return isFragment || cause.spis.length === 0 ? [] : ['no SPI found'];
  return spis.every((spi) => fits.some(({ emit }) => emit.spi === spi))
    ? []
    : [`no SA emits the SPI ${spis}`];
}

function same(a: string, b: string): boolean {
  return b !== '' && Buffer.compare(parseAddress(a), parseAddress(b)) === 0;
}
