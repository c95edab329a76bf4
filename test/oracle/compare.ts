/** Whether a packet that was sent is the one expected, to the bit but for those that the relay is free to choose. */
import { bytes16, bytes32, hex, internetChecksum } from '../model/packet.js';
import type { Expected } from './corpus.js';

/** The values chosen so far in one scene, by name. Names that begin alike, up to #, must have different values. */
export class Choices {
  readonly #values = new Map<string, string>();
  readonly #names = new Map<string, string>();

  /** @returns the fault of the choice, or undefined */
  note(name: string, value: string): string | undefined {
    const before = this.#values.get(name);
    if (before !== undefined) {
      return before === value ? undefined : `"${name}" is ${value} and was ${before}`;
    }
    this.#values.set(name, value);
    const at = name.indexOf('#');
    if (at < 0) return undefined;
    const key = `${name.slice(0, at)}=${value}`;
    const other = this.#names.get(key);
    if (other !== undefined) return `"${name}" and "${other}" both are ${value}`;
    this.#names.set(key, name);
    return undefined;
  }
}

/** @returns the fault, or undefined */
export function complaintAbout(sent: Uint8Array, expected: Expected, choices: Choices): string | undefined {
  const wanted = Uint8Array.from(Buffer.from(expected.hex, 'hex'));
  const both = () => `\n  sent     ${hex(sent)}\n  expected ${hex(wanted)}`;
  if (sent.length !== wanted.length) return `${sent.length} bytes and not ${wanted.length}${both()}`;
  for (const [at, maskHex, name] of expected.free) {
    const mask = Buffer.from(maskHex, 'hex');
    const value = mask.map((bits, i) => sent[at + i]! & bits);
    mask.forEach((bits, i) => {
      wanted[at + i] = (wanted[at + i]! & ~bits) | value[i]!;
    });
    const wrong = name === null ? undefined : choices.note(name, Buffer.from(value).toString('hex'));
    if (wrong !== undefined) return wrong + both();
  }
  for (const [kind, at] of expected.sums) mend(wanted, kind, at);
  const first = wanted.findIndex((byte, i) => byte !== sent[i]);
  return first < 0 ? undefined : `byte ${first} differs${both()}`;
}

const ICMPV6 = 58;

function mend(packet: Uint8Array, kind: Expected['sums'][number][0], at: number): void {
  const field = at + (kind === 'ipv4' ? 10 : 2);
  packet.set([0, 0], field);
  const end = kind === 'ipv4' ? at + (packet[at]! & 15) * 4 : packet.length;
  const pseudo =
    kind === 'icmpv6' ? [...packet.subarray(8, 40), ...bytes32(end - at), ...bytes32(ICMPV6)] : [];
  packet.set(bytes16(internetChecksum([...pseudo, ...packet.subarray(at, end)])), field);
}
