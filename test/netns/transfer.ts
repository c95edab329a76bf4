/** TCP through the topology, byte for byte: echo.ts in the namespaces of the two served hosts. */
import { join } from 'node:path';
import { type Background, eventually } from './command.js';
import type { Echoed } from './echo.js';
import { CHECKOUT, type Topology } from './topology.js';

export type Host = 'first-host' | 'second-host';

const PROGRAM = join(CHECKOUT, 'dist/test/netns/echo.js');
const PORT = 7;

/** A server on a served host, for any number of connections. */
export class EchoServer {
  readonly #server: Background;
  readonly #topology: Topology;

  private constructor(topology: Topology, server: Background) {
    this.#topology = topology;
    this.#server = server;
  }

  static async start(topology: Topology, on: Host): Promise<EchoServer> {
    const server = topology.background(on, process.execPath, PROGRAM, 'serve', String(PORT));
    await eventually(
      `an echo server on ${on}`,
      () => server.output.includes('listening'),
      () => server.output,
    );
    return new EchoServer(topology, server);
  }

  /** Sends so many bytes there and back. */
  transfer(from: Host, to: string, bytes: number, timeoutMs: number): Promise<Echoed> {
    return this.#run(from, ['transfer', to, String(PORT), String(bytes)], timeoutMs);
  }

  /** Sends there and back for a time. */
  stream(from: Host, to: string, ms: number, timeoutMs: number): Promise<Echoed> {
    return this.#run(from, ['stream', to, String(PORT), String(ms)], timeoutMs);
  }

  stop(): void {
    this.#server.kill('SIGTERM');
  }

  async #run(from: Host, words: readonly string[], timeoutMs: number): Promise<Echoed> {
    const { status, stdout, stderr } = await this.#topology.outcome(
      from,
      [process.execPath, PROGRAM, ...words],
      { timeoutMs },
    );
    if (status === 0) return JSON.parse(stdout) as Echoed;
    const error = `not over within ${timeoutMs} ms ${stderr}`;
    return { sent: 0, received: 0, exact: false, longestGapMs: timeoutMs, seconds: timeoutMs / 1000, error };
  }
}
