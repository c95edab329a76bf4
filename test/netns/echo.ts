/**
 * TCP whose every byte is checked, for transfer.ts to run inside a namespace.
 *
 *   serve PORT                        sends back all bytes of each connection, until it is killed
 *   transfer ADDRESS PORT BYTES       sends BYTES and compares the bytes that come back
 *   stream ADDRESS PORT MS            does so for a time, 16 KiB every 5 ms
 *
 * The last two print an {@link Echoed} in JSON.
 */
import { createConnection, createServer } from 'node:net';

export interface Echoed {
  readonly sent: number;
  readonly received: number;
  /** The bytes came back as they were sent. */
  readonly exact: boolean;
  /** The longest time in which nothing came back, ms. */
  readonly longestGapMs: number;
  readonly seconds: number;
  /** The error that ended it early. */
  readonly error?: string;
}

/** A piece of the stream begins at a multiple of its length; the stream repeats after 251 of them. */
const PIECE = 16_384;
const TICK_MS = 5;

/** @returns the byte of the stream at a position: no stretch of it looks like its neighbours */
function byteAt(position: number): number {
  const piece = Math.floor(position / PIECE);
  return ((position * 31) ^ (position >> 8) ^ (piece % 251)) & 0xff;
}

function pieceAt(position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i++) bytes[i] = byteAt(position + i);
  return bytes;
}

function serve(port: number): void {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  server.listen(port, '::', () => process.stdout.write('listening\n'));
}

/** @param more tells whether to go on after so many bytes */
function echo(
  address: string,
  port: number,
  more: (sent: number) => boolean,
  pause: number,
): Promise<Echoed> {
  return new Promise((resolve) => {
    const begin = performance.now();
    let sent = 0;
    let received = 0;
    let exact = true;
    let longestGapMs = 0;
    let last = begin;
    const socket = createConnection({ host: address, port, noDelay: true });
    const finish = (error?: string): void => {
      socket.destroy();
      const seconds = (performance.now() - begin) / 1000;
      exact &&= received === sent;
      resolve({ sent, received, exact, longestGapMs, seconds, ...(error === undefined ? {} : { error }) });
    };
    const write = (): void => {
      while (more(sent)) {
        const room = socket.write(pieceAt(sent, PIECE));
        sent += PIECE;
        if (!room) {
          socket.once('drain', () => setTimeout(write, pause));
          return;
        }
        if (pause > 0) {
          setTimeout(write, pause);
          return;
        }
      }
      socket.end();
    };
    socket.once('connect', write);
    socket.on('data', (bytes: Buffer) => {
      const now = performance.now();
      longestGapMs = Math.max(longestGapMs, now - last);
      last = now;
      exact &&= bytes.equals(pieceAt(received, bytes.length));
      received += bytes.length;
    });
    socket.once('end', () => finish());
    socket.once('error', (error) => finish(error.message));
  });
}

const [what, address, port, amount] = process.argv.slice(2) as [string, string, string, string];
if (process.argv[1] === import.meta.filename) {
  if (what === 'serve') serve(Number(address));
  else {
    const end = performance.now() + Number(amount);
    const more =
      what === 'transfer' ? (sent: number) => sent < Number(amount) : () => performance.now() < end;
    process.stdout.write(
      JSON.stringify(await echo(address, Number(port), more, what === 'transfer' ? 0 : TICK_MS)),
    );
  }
}
