/** A control server over a FakeHandler in a directory of its own, and ways to speak to it badly. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeFrame, FrameDecoder } from '../../src/control/frame.js';
import {
  decodeResponse,
  encodeRequest,
  type RequestFields,
  type Response,
} from '../../src/control/message.js';
import { ControlServer, type ControlServerOptions } from '../../src/control/server.js';
import { native } from '../../src/native/index.js';
import { FakeHandler } from './fake-handler.js';

export class Rig {
  readonly directory = mkdtempSync(join(tmpdir(), 'ipsec-relay-control-'));
  readonly path = join(this.directory, 'control.sock');
  readonly handler = new FakeHandler();
  readonly logged: string[] = [];
  server: ControlServer | undefined;

  async listen(options: Partial<ControlServerOptions> = {}): Promise<ControlServer> {
    const note = (fields: object, message: string) => {
      this.logged.push(`${message} ${JSON.stringify(fields)}`);
    };
    const log = { info: note, warn: note, error: note };
    this.server = await ControlServer.listen({
      socketPath: this.path,
      handler: this.handler,
      native,
      log,
      ...options,
    });
    return this.server;
  }

  /** Lets other users reach the directory. */
  openDirectory(): void {
    chmodSync(this.directory, 0o755);
  }

  async end(): Promise<void> {
    await this.server?.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Speaks frames, and whatever else, without the client's care. */
export class RawPeer {
  readonly socket: Socket;
  readonly responses: Response[] = [];
  closed = false;
  readonly #decoder = new FrameDecoder();

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
    });
    socket.on('data', (chunk: Buffer) => {
      for (const bytes of this.#decoder.push(chunk)) this.responses.push(decodeResponse(bytes));
    });
  }

  static async connect(path: string): Promise<RawPeer> {
    const socket = connect(path);
    await once(socket, 'connect');
    return new RawPeer(socket);
  }

  request(fields: RequestFields): void {
    this.socket.write(encodeRequest({ version: 1, ...fields }));
  }

  message(bytes: Uint8Array): void {
    this.socket.write(encodeFrame(bytes));
  }

  async until(condition: (peer: this) => boolean, what: string): Promise<void> {
    await until(() => condition(this), what);
  }
}

/** Polls; a test that waits in vain fails and names the condition. */
export async function until(condition: () => boolean, what: string, timeoutMs = 5000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Starts serve.ts in a process of its own; resolves once it listens. */
export async function serveElsewhere(path: string) {
  const script = fileURLToPath(new URL('./serve.js', import.meta.url));
  const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}
