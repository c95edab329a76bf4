/**
 * The end of the log: a descriptor that may be a full disk, a pipe that is not read, or a terminal. Writing never throws and
 * never waits for a reader. Lines wait in bounded memory while the reader is slow; lines beyond that, and lines that the
 * descriptor refuses, are lost, counted, and told of once writing works again.
 */

/** Writes as many bytes as it can without waiting. @returns bytes written @throws when the descriptor refuses them */
type Write = (bytes: Uint8Array) => number;

/** Bytes that wait for a slow reader. */
const MOST_WAITING = 256 << 10;
const RETRY_MS = 50;
/** How long the end of the process waits for a slow reader. */
const FAREWELL_MS = 200;
const FAREWELL_STEP_MS = 5;

export class LogSink {
  readonly #write: Write;
  readonly #tell: (lost: number) => string;
  /** Lines, the first of which may have lost its beginning to the descriptor. */
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #lost = 0;
  #retry: NodeJS.Timeout | undefined;

  /** @param tell the line, with its end, that says how many lines were lost */
  constructor(write: Write, tell: (lost: number) => string) {
    this.#write = write;
    this.#tell = tell;
  }

  /** @param line with its end */
  write(line: string): void {
    this.#flush();
    if (this.#lost > 0 && this.#waiting.length === 0) this.#tellOfLost();
    if (this.#waitingBytes + line.length > MOST_WAITING) {
      this.#lost++;
      return;
    }
    this.#enqueue(line);
    this.#flush();
  }

  /** Gives a slow reader a moment; for the end of the process. */
  end(): void {
    const clock = new Int32Array(new SharedArrayBuffer(4));
    this.#flush();
    for (let waited = 0; this.#waiting.length > 0 && waited < FAREWELL_MS; waited += FAREWELL_STEP_MS) {
      Atomics.wait(clock, 0, 0, FAREWELL_STEP_MS);
      this.#flush();
    }
  }

  #tellOfLost(): void {
    const lost = this.#lost;
    this.#lost = 0;
    this.#enqueue(this.#tell(lost));
    this.#flush();
    // Refused again: the count goes on, and the line that reported it does not count as lost.
    if (this.#lost > 0) this.#lost += lost - 1;
  }

  #enqueue(line: string): void {
    const bytes = Buffer.from(line);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  #flush(): void {
    for (let line = this.#waiting[0]; line !== undefined; line = this.#waiting[0]) {
      let written: number;
      try {
        written = this.#write(line);
      } catch {
        this.#lost += this.#waiting.length;
        this.#waiting.length = 0;
        this.#waitingBytes = 0;
        return;
      }
      this.#waitingBytes -= written;
      if (written < line.length) {
        this.#waiting[0] = line.subarray(written);
        this.#retry ??= setTimeout(() => {
          this.#retry = undefined;
          this.#flush();
        }, RETRY_MS).unref();
        return;
      }
      this.#waiting.shift();
    }
  }
}
