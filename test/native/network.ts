import { execFileSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { native } from '../../src/native/index.js';

/** The kernel's own address on the device under test, and one that is routed into the device. */
export const LOCAL = '10.9.0.1';
export const REMOTE = '10.9.0.2';
export const IPV4_UDP_HEADERS = 28;
export const PYTHON = '/usr/bin/python3';

export function ip(...words: string[]): string {
  return execFileSync('ip', words, { encoding: 'utf8' });
}

/** Creates a TUN device with {@link LOCAL} on it. @returns the descriptors of its queues */
export function tunDevice(name: string, { queues = 1, mtu = 1500 } = {}): number[] {
  const descriptors = Array.from({ length: queues }, (_, i) => native.tunOpen(name, i === 0));
  ip('address', 'add', `${LOCAL}/24`, 'dev', name);
  ip('link', 'set', name, 'mtu', String(mtu), 'up');
  return descriptors;
}

export async function udpSocket(port = 0, address = LOCAL): Promise<Socket> {
  const socket = createSocket('udp4').bind(port, address);
  await once(socket, 'listening');
  return socket;
}

/** Sends one datagram to {@link REMOTE}, that is, into the TUN device. */
export function send(socket: Socket, payload: Uint8Array | string, port = 4500): Promise<void> {
  return new Promise((resolve, reject) =>
    socket.send(payload, port, REMOTE, (error) => (error ? reject(error) : resolve())),
  );
}

/** Collects the datagrams that a socket receives, as its event loop turns. */
export function collect(socket: Socket): Buffer[] {
  const received: Buffer[] = [];
  socket.on('message', (payload) => received.push(payload));
  return received;
}

/** Waits until `condition` holds, a second at most; the code that follows checks, and reports the fault. */
export async function until(condition: () => boolean, limitMs = 1000): Promise<void> {
  for (const end = Date.now() + limitMs; !condition() && Date.now() < end; ) await sleep(5);
}

/** Puts a frame onto a device as it is, however malformed, through an AF_PACKET socket. */
export function injectRaw(device: string, bytes: Uint8Array): void {
  const script =
    'import socket, sys; s = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0x0800);' +
    's.sendto(bytes.fromhex(sys.argv[2]), (sys.argv[1], 0x0800))';
  execFileSync(PYTHON, ['-c', script, device, Buffer.from(bytes).toString('hex')]);
}

/** An IPv4 UDP packet from {@link REMOTE} to {@link LOCAL} (UDP checksum 0). */
export function udpPacket(destinationPort: number, payload: Uint8Array): Buffer {
  const packet = Buffer.alloc(IPV4_UDP_HEADERS + payload.length);
  packet[0] = 0x45;
  packet.writeUInt16BE(packet.length, 2);
  packet[8] = 64; // TTL
  packet[9] = 17; // UDP
  packet.set(REMOTE.split('.').map(Number), 12);
  packet.set(LOCAL.split('.').map(Number), 16);
  let sum = 0;
  for (let at = 0; at < 20; at += 2) sum += packet.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  packet.writeUInt16BE(~sum & 0xffff, 10);
  packet.writeUInt16BE(4500, 20);
  packet.writeUInt16BE(destinationPort, 22);
  packet.writeUInt16BE(8 + payload.length, 24);
  packet.set(payload, IPV4_UDP_HEADERS);
  return packet;
}
