/**
 * A host's other services beside relaying, for shared-address.test.ts to run inside a namespace.
 *
 *   serve TCP-PORT UDP-PORT ADDRESS...    echoes on these addresses until it is killed
 *   ask FROM TO TCP-PORT UDP-PORT MS      asks again and again for so long: over TCP a new connection each time, over
 *                                         UDP a short datagram and one in fragments; prints {@link Asked} in JSON
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';

export interface Asked {
  readonly tcp: { readonly asked: number; readonly answered: number };
  readonly udp: { readonly asked: number; readonly answered: number };
  readonly fragmented: { readonly asked: number; readonly answered: number };
}

const TCP_BYTES = 20_000;
const DATAGRAMS = { udp: 60, fragmented: 4000 } as const;
const PATIENCE_MS = 3000;

const socketFor = (address: string) => createSocket(address.includes(':') ? 'udp6' : 'udp4');

async function serve(tcpPort: number, udpPort: number, addresses: readonly string[]): Promise<void> {
  for (const address of addresses) {
    const server = createServer((socket) => socket.on('error', () => {}).pipe(socket));
    await once(server.listen(tcpPort, address), 'listening');
    const socket = socketFor(address);
    socket.on('message', (bytes, { port, address: from }) => socket.send(bytes, port, from));
    await once(socket.bind(udpPort, address), 'listening');
  }
  process.stdout.write('serving\n');
}

function askTcp(from: string, to: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: to, port, localAddress: from, timeout: PATIENCE_MS });
    const end = (isAnswered: boolean) => {
      socket.destroy();
      resolve(isAnswered);
    };
    let received = 0;
    socket.on('data', (bytes) => {
      received += bytes.length;
      if (received === TCP_BYTES) end(true);
    });
    socket.on('timeout', () => end(false)).on('error', () => end(false));
    socket.write(Buffer.alloc(TCP_BYTES, 0x5a));
  });
}

async function askUdp(socket: Socket, to: string, port: number, length: number): Promise<boolean> {
  const answer = once(socket, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
  socket.send(Buffer.alloc(length, length & 0xff), port, to);
  try {
    const [bytes] = (await answer) as [Buffer];
    return bytes.length === length;
  } catch {
    return false;
  }
}

async function ask(from: string, to: string, tcpPort: number, udpPort: number, ms: number): Promise<Asked> {
  const asked = {
    tcp: { asked: 0, answered: 0 },
    udp: { asked: 0, answered: 0 },
    fragmented: { asked: 0, answered: 0 },
  };
  const socket = socketFor(from);
  await once(socket.bind(0, from), 'listening');
  for (const end = performance.now() + ms; performance.now() < end; ) {
    asked.tcp.asked++;
    if (await askTcp(from, to, tcpPort)) asked.tcp.answered++;
    for (const kind of ['udp', 'fragmented'] as const) {
      asked[kind].asked++;
      if (await askUdp(socket, to, udpPort, DATAGRAMS[kind])) asked[kind].answered++;
    }
  }
  socket.close();
  return asked;
}

if (process.argv[1] === import.meta.filename) {
  const [how, ...words] = process.argv.slice(2);
  if (how === 'serve') {
    await serve(Number(words[0]), Number(words[1]), words.slice(2));
  } else {
    const [from, to, ...numbers] = words as [string, string, ...string[]];
    const [tcpPort, udpPort, ms] = numbers.map(Number) as [number, number, number];
    process.stdout.write(JSON.stringify(await ask(from, to, tcpPort, udpPort, ms)));
  }
}
