/**
 * Sends packets, for hostile.test.ts to run inside a namespace. Arguments: how, where, a file, and the counter to watch.
 *
 *   raw ADDRESS FILE WATCH    through the npm package raw-socket with IP_HDRINCL: the kernel routes them; it fills in
 *                             total length and header checksum, and the identification where it is 0
 *   link DEVICE FILE WATCH    through the npm package cap, onto a device as they are: Ethernet frames on a veth, IP
 *                             packets on the relay's TUN device, past every check of the kernel
 *
 * FILE holds the packets, each after its length (16 bits, network byte order). WATCH is PID:DEVICE:rx or PID:DEVICE:tx:
 * after each burst it waits until that counter of the process's network namespace has grown by as much, so that no
 * queue overflows. Prints how many the kernel took and how many it refused, in JSON.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Injected {
  readonly accepted: number;
  readonly refused: number;
}

/** The part of raw-socket 1.8 and cap 0.2 that is used here; they have no types. */
interface RawSocket {
  createSocket(options: { protocol: number }): {
    setOption(level: number, option: number, value: number): void;
    send(
      packet: Buffer,
      offset: number,
      length: number,
      address: string,
      done: (error: Error | null) => void,
    ): void;
    close(): void;
  };
  readonly SocketLevel: { readonly IPPROTO_IP: number };
  readonly SocketOption: { readonly IP_HDRINCL: number };
}
interface CapModule {
  readonly Cap: new () => {
    open(device: string, filter: string, bufferBytes: number, buffer: Buffer): string;
    send(packet: Buffer, length: number): void;
    close(): void;
  };
}

const IPPROTO_RAW = 255;
/** Fewer than the TUN device's queue holds, which is 2000, so that a stall of the relay loses nothing. */
const BURST = 200;
/** How long a counter may stand still, and how long the relay gets for packets that came through the kernel. */
const WATCH_MS = 5000;
const SETTLE_MS = 4;

const require = createRequire(import.meta.url);

type Send = (packet: Buffer) => Promise<boolean>;

function rawSender(address: string): { send: Send; close: () => void } {
  const raw = require('raw-socket') as RawSocket;
  const socket = raw.createSocket({ protocol: IPPROTO_RAW });
  socket.setOption(raw.SocketLevel.IPPROTO_IP, raw.SocketOption.IP_HDRINCL, 1);
  const send: Send = (packet) =>
    new Promise((resolve) =>
      socket.send(packet, 0, packet.length, address, (error) => resolve(error === null)),
    );
  return { send, close: () => socket.close() };
}

function linkSender(device: string): { send: Send; close: () => void } {
  const { Cap } = require('cap') as CapModule;
  const cap = new Cap();
  cap.open(device, 'less 1', 65_536, Buffer.alloc(65_536));
  const send: Send = (packet) => {
    cap.send(packet, packet.length);
    return Promise.resolve(true);
  };
  return { send, close: () => cap.close() };
}

/** Columns of /proc/net/dev that count a packet: of those sent, also the dropped ones, which the relay's filter drops. */
const COLUMNS = { rx: [1], tx: [9, 11] };

/** @param watched PID:DEVICE:rx or PID:DEVICE:tx @returns reads the packet counter */
function packetCounter(watched: string): () => number {
  const [pid, device, direction] = watched.split(':') as [string, string, 'rx' | 'tx'];
  return () => {
    const line = readFileSync(`/proc/${pid}/net/dev`, 'utf8')
      .split('\n')
      .find((text) => text.trim().startsWith(`${device}:`));
    const words = line!.trim().split(/[:\s]+/);
    return COLUMNS[direction].reduce((sum, column) => sum + Number(words[column + 1]), 0);
  };
}

async function inject([how, where, file, watched]: string[]): Promise<Injected> {
  const { send, close } = how === 'raw' ? rawSender(where!) : linkSender(where!);
  const counter = packetCounter(watched!);
  const base = counter();
  const bytes = readFileSync(file!);
  let accepted = 0;
  let sent = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt16BE(at);
    if (await send(bytes.subarray(at + 2, at + 2 + length))) accepted++;
    sent++;
    at += 2 + length;
    if (sent % BURST !== 0 && at < bytes.length) continue;
    for (const end = Date.now() + WATCH_MS; counter() - base < accepted; await sleep(1)) {
      if (Date.now() > end) throw new Error(`${watched}: ${counter() - base} of ${accepted} arrived`);
    }
    if (how === 'raw') await sleep(SETTLE_MS);
  }
  close();
  return { accepted, refused: sent - accepted };
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write(JSON.stringify(await inject(process.argv.slice(2))));
  process.exit(); // cap keeps its descriptor polled
}
