/** A worker thread of these tests: does one task of {@link tasks} and posts its kernel thread id, then the result. */
import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { PacketBatch } from '../../src/attachment/batch.js';
import { TunAttachment } from '../../src/attachment/tun/queue.js';
import { native } from '../../src/native/index.js';

interface TaskData {
  fd: number;
  wakerFd: number;
  timeoutMs: number;
}

const tasks = {
  wait({ fd, wakerFd, timeoutMs }: TaskData): { bits: number; elapsedMs: number } {
    const start = performance.now();
    const bits = native.wait(fd, wakerFd, timeoutMs);
    return { bits, elapsedMs: performance.now() - start };
  },
  /** Reads without pause until the first negative result. */
  readUntilRefused({ fd }: TaskData): { received: number; result: number } {
    const { bytes, offset, length } = new PacketBatch(4);
    let received = 0;
    let result = 0;
    for (; result >= 0; received += Math.max(0, result)) {
      result = native.tunReadBatch(fd, bytes, offset, length, 4, 64);
    }
    return { received, result };
  },
  /** Writes one packet without pause until the first negative result. */
  writeUntilRefused({ fd }: TaskData): { result: number; verdicts: number[] } {
    const slab = Uint8Array.of(0x45, 0, 0, 1);
    const verdicts = new Uint8Array(2);
    let result = 0;
    while (result >= 0) {
      verdicts.fill(0);
      const none = new Int32Array(2);
      result = native.tunWriteBatch(fd, slab, none, Int32Array.of(4, 4), verdicts, 2, 0, 7);
    }
    return { result, verdicts: [...verdicts] };
  },
  /** Answers every UDP packet through a TunAttachment until its device is gone. */
  echo(queue: TaskData): { echoed: number } {
    const attachment = new TunAttachment(queue);
    const batch = new PacketBatch(64);
    let echoed = 0;
    while (attachment.wait(-1)) {
      while (attachment.receive(batch) > 0) {
        for (let i = 0; i < batch.count; i++) swapEnds(batch.bytes, batch.offset[i]!);
        batch.verdict.fill(0);
        echoed += attachment.send(batch, 0, 1);
      }
    }
    attachment.close();
    return { echoed };
  },
  nameAndPin(): { name: string; status: string } {
    native.nameThread('relay-worker-00');
    native.pinThread(1);
    return {
      name: readFileSync('/proc/thread-self/comm', 'utf8').trim(),
      status: readFileSync('/proc/thread-self/status', 'utf8'),
    };
  },
};

/** Exchanges source and destination of an IPv4 UDP packet: addresses at 12 and 16, ports at 20 and 22. */
function swapEnds(bytes: Uint8Array, start: number): void {
  const source = bytes.slice(start + 12, start + 16);
  bytes.copyWithin(start + 12, start + 16, start + 20);
  bytes.set(source, start + 16);
  const port = bytes.slice(start + 20, start + 22);
  bytes.copyWithin(start + 20, start + 22, start + 24);
  bytes.set(port, start + 22);
}

type Tasks = typeof tasks;

/** Starts a task in a thread of its own. @returns its kernel thread id and a promise of its result */
export async function inThread<Name extends keyof Tasks>(
  name: Name,
  data: Partial<TaskData> = {},
): Promise<{ tid: number; result: Promise<ReturnType<Tasks[Name]>> }> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { name, data } });
  const told = <T>(what: 'tid' | 'result'): Promise<T> =>
    new Promise((resolve, reject) => {
      worker.on('message', (message: Record<string, T>) => {
        if (what in message) resolve(message[what]!);
      });
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the thread ended with ${code} and told no ${what}`)));
    });
  const [tid, result] = [told<number>('tid'), told<ReturnType<Tasks[Name]>>('result')];
  result.catch(() => {}); // the code that waits for it sees the error
  return { tid: await tid, result };
}

if (!isMainThread && workerData?.name in tasks) {
  const { name, data } = workerData as { name: keyof Tasks; data: TaskData };
  parentPort?.postMessage({ tid: Number(basename(readlinkSync('/proc/thread-self'))) });
  parentPort?.postMessage({ result: tasks[name](data) });
}
