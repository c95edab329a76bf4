/** Virtual reassembly's table as plainly as it can be said: a Map, arrays, and a tape without end for a ring. */

export interface Piece {
  readonly offset: number;
  readonly length: number;
  readonly more: boolean;
}

interface Waiting {
  readonly packet: Uint8Array;
  /** Where it begins on the tape. */
  readonly begin: number;
}

export interface Datagram {
  readonly key: number;
  readonly made: number;
  state: 'undecided' | 'follow' | 'refused' | 'collect';
  /** Why the table refused it. */
  refused?: 'overlap' | 'limit';
  pieces: Piece[];
  waiting: Waiting[];
}

export type Cause = 'overlap' | 'limit' | 'timeout';

const MAX_PIECES = 128;
/** Bytes that a packet takes beside its own, which are rounded up to a multiple of this. */
const HEADER = 16;

export class FragmentModel {
  /** In the order in which they were made. */
  readonly datagrams = new Map<number, Datagram>();
  readonly deaths: Record<Cause, { packets: number; bytes: number }> = {
    overlap: { packets: 0, bytes: 0 },
    limit: { packets: 0, bytes: 0 },
    timeout: { packets: 0, bytes: 0 },
  };
  readonly #ringBytes: number;
  readonly #capacity: number;
  readonly #timeoutMs: number;
  /** Where the tape was written last. The ring holds the tape's last bytes, as many as its size. */
  #head = 0;

  constructor(options: { memory: number; datagrams: number; timeoutMs: number }) {
    this.#ringBytes = Math.floor(options.memory / HEADER) * HEADER;
    this.#capacity = options.datagrams;
    this.#timeoutMs = options.timeoutMs;
  }

  get heldBytes(): number {
    return this.#waiting().reduce((sum, { packet }) => sum + packet.length, 0);
  }

  arrive(key: number, piece: Piece, nowMs: number): Datagram | 'duplicate' | 'overlap' | 'limit' {
    this.expire(nowMs);
    let datagram = this.datagrams.get(key);
    if (datagram === undefined) {
      if (this.datagrams.size === this.#capacity) this.#end([...this.datagrams.values()][0]!, 'limit');
      datagram = { key, made: nowMs, state: 'undecided', pieces: [], waiting: [] };
      this.datagrams.set(key, datagram);
    }
    if (datagram.refused !== undefined) return datagram.refused;
    const { offset, length, more } = piece;
    if (datagram.pieces.some((p) => p.offset === offset && p.length === length && p.more === more)) {
      return 'duplicate';
    }
    const total = this.totalLength(datagram);
    const furthest = Math.max(0, ...datagram.pieces.map((p) => p.offset + p.length));
    const overlaps = datagram.pieces.some((p) => p.offset < offset + length && offset < p.offset + p.length);
    const isBeyond = total !== undefined && offset + length > total;
    const isAnotherEnd = !more && (total !== undefined || furthest > offset + length);
    if (overlaps || isBeyond || isAnotherEnd) return this.#refuse(datagram, 'overlap');
    if (datagram.pieces.length === MAX_PIECES) return this.#refuse(datagram, 'limit');
    datagram.pieces.push(piece);
    return datagram;
  }

  totalLength({ pieces }: Datagram): number | undefined {
    const last = pieces.find(({ more }) => !more);
    return last && last.offset + last.length;
  }

  isComplete(datagram: Datagram): boolean {
    let reached = 0;
    for (const { offset, length } of datagram.pieces.toSorted((a, b) => a.offset - b.offset)) {
      if (offset === reached) reached += length;
    }
    return reached === this.totalLength(datagram);
  }

  hold(datagram: Datagram, packet: Uint8Array): boolean {
    if (packet.length > this.#ringBytes / 4) {
      this.#refuse(datagram, 'limit');
      return false;
    }
    const size = HEADER + Math.ceil(packet.length / HEADER) * HEADER;
    for (;;) {
      const oldest = this.#waiting().toSorted((a, b) => a.begin - b.begin)[0];
      if (oldest === undefined) this.#head = 0;
      const begin = this.#place(size);
      if (oldest === undefined || oldest.begin >= begin + size - this.#ringBytes) {
        datagram.waiting.push({ packet, begin });
        this.#head = begin + size;
        return true;
      }
      const owner = [...this.datagrams.values()].find(({ waiting }) => waiting.includes(oldest))!;
      this.#refuse(owner, 'limit');
      if (owner === datagram) return false;
    }
  }

  take(datagram: Datagram): Uint8Array | undefined {
    return datagram.waiting.shift()?.packet;
  }

  forget(datagram: Datagram): void {
    this.#end(datagram, 'limit');
  }

  expire(nowMs: number): void {
    for (const datagram of [...this.datagrams.values()]) {
      if (nowMs - datagram.made >= this.#timeoutMs) this.#end(datagram, 'timeout');
    }
  }

  /** Where on the tape so many bytes go that must not cross the ring's end. */
  #place(size: number): number {
    const rest = this.#ringBytes - (this.#head % this.#ringBytes);
    return size <= rest ? this.#head : this.#head + rest;
  }

  #waiting(): Waiting[] {
    return [...this.datagrams.values()].flatMap(({ waiting }) => waiting);
  }

  #refuse(datagram: Datagram, cause: 'overlap' | 'limit'): 'overlap' | 'limit' {
    datagram.state = 'refused';
    datagram.refused = cause;
    this.#die(datagram, cause);
    return cause;
  }

  #end(datagram: Datagram, cause: Cause): void {
    this.#die(datagram, cause);
    this.datagrams.delete(datagram.key);
  }

  #die(datagram: Datagram, cause: Cause): void {
    this.deaths[cause].packets += datagram.waiting.length;
    this.deaths[cause].bytes += datagram.waiting.reduce((sum, { packet }) => sum + packet.length, 0);
    datagram.waiting = [];
  }
}
