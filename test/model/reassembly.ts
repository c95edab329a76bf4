/** Step 3 of a packet's way, virtual reassembly, without limits: which datagram a fragment belongs to, and whether all fits. */
import type { Ip, Place } from './ip.js';

/** A fragment that was received, by the number of its arrival. */
export interface Fragment {
  readonly arrival: number;
  readonly ip: Ip;
  readonly place: Place;
}

/** @template Decision the first fragment's, for all */
export class Datagram<Decision> {
  readonly fragments: Fragment[] = [];
  /** Those that have no verdict yet. */
  waiting: Fragment[] = [];
  decision: Decision | undefined;
  /** Fragments overlapped, or said two different ends: all that is to come is dropped. */
  isBroken = false;

  /** A fragment that was seen before. */
  isDuplicate({ offset, length, more }: Place): boolean {
    return this.fragments.some(
      ({ place }) => place.offset === offset && place.length === length && place.more === more,
    );
  }

  contradicts(added: Place): boolean {
    return this.fragments.some(({ place }) => {
      const overlap = place.offset < endOf(added) && added.offset < endOf(place);
      const beyond = (last: Place, other: Place) => !last.more && endOf(other) > endOf(last);
      const twoEnds = !place.more && !added.more && endOf(place) !== endOf(added);
      return overlap || twoEnds || beyond(place, added) || beyond(added, place);
    });
  }

  get isComplete(): boolean {
    const end = this.fragments.find(({ place }) => !place.more);
    const bytes = this.fragments.reduce((sum, { place }) => sum + place.length, 0);
    return end !== undefined && bytes === endOf(end.place);
  }
}

export class Reassembly<Decision> {
  readonly #datagrams = new Map<string, Datagram<Decision>>();

  datagramOf(ip: Ip, { identification }: Place): Datagram<Decision> {
    const key = keyOf(ip, identification);
    const known = this.#datagrams.get(key);
    if (known !== undefined) return known;
    const created = new Datagram<Decision>();
    this.#datagrams.set(key, created);
    return created;
  }

  forget(ip: Ip, { identification }: Place): void {
    this.#datagrams.delete(keyOf(ip, identification));
  }
}

/** RFC 791 §3.2; RFC 8200 §4.5, where the protocol is no part of it. */
function keyOf({ family, source, destination, protocol }: Ip, identification: number): string {
  return [source, destination, identification, family === 4 ? protocol : ''].join(' ');
}

function endOf({ offset, length }: Place): number {
  return offset + length;
}

/** Can it be part of any datagram? */
export function isPossible({ offset, length, more }: Place): boolean {
  return length > 0 && (!more || length % 8 === 0) && offset + length <= 65535;
}
