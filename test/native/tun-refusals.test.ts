import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { Socket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PacketBatch } from '../../src/attachment/batch.js';
import { native } from '../../src/native/index.js';
import { describeInNamespace } from './in-namespace.js';
import * as network from './network.js';

const REFUSING_SOURCE = fileURLToPath(new URL('../../../test/native/refusing.c', import.meta.url));
const [EIO, EAGAIN, ENOMEM, EBADFD, ENOBUFS] = [5, 11, 12, 77, 105] as const;
/** A packet of 61000 + E bytes is refused with errno E (refusing.c); one of 61000 passes. */
const PASSES = 61000;
const FAILED = 9;

const directory = mkdtempSync(join(tmpdir(), 'ipsec-relay-refusing-'));

/** Compiles refusing.c and preloads it, behind a sanitizer where there is one. */
function preloadRefusing(): NodeJS.ProcessEnv {
  const library = join(directory, 'refusing.so');
  execFileSync('cc', ['-shared', '-fPIC', '-D_GNU_SOURCE', '-o', library, REFUSING_SOURCE], {
    env: { ...process.env, LD_PRELOAD: '' },
  });
  return { LD_PRELOAD: [process.env['LD_PRELOAD'], library].filter(Boolean).join(' ') };
}

after(() => rmSync(directory, { recursive: true, force: true }));

describeInNamespace(
  'native: TUN that refuses',
  import.meta.url,
  ({ it, before, after }) => {
    let fd: number;
    let socket: Socket;

    before(async () => {
      [fd] = network.tunDevice('tun-a', { mtu: 65535 }) as [number];
      socket = await network.udpSocket();
      socket.setSendBufferSize(1 << 20);
    });
    after(() => {
      native.close(fd);
      socket.close();
    });

    /** Writes packets of these lengths. @returns the result and the verdicts */
    function write(...lengths: number[]): [number, ...number[]] {
      const { port } = socket.address();
      const offsets = new Int32Array(lengths.length);
      const verdicts = new Uint8Array(lengths.length);
      const slab = new Uint8Array(network.udpPacket(port, Buffer.alloc(62000 - network.IPV4_UDP_HEADERS)));
      const written = native.tunWriteBatch(
        fd,
        slab,
        offsets,
        Int32Array.from(lengths),
        verdicts,
        lengths.length,
        0,
        FAILED,
      );
      return [written, ...verdicts];
    }

    /** Sends packets of these lengths into the device. */
    async function waiting(...lengths: number[]): Promise<void> {
      for (const length of lengths)
        await network.send(socket, Buffer.alloc(length - network.IPV4_UDP_HEADERS));
    }

    /** One batched read. @returns the lengths read, or the negative result */
    function read(): number | number[] {
      const batch = new PacketBatch(8, 8 * 65664);
      const count = native.tunReadBatch(fd, batch.bytes, batch.offset, batch.length, 8, 64);
      return count < 0 ? count : [...batch.length.subarray(0, count)];
    }

    it('marks a packet refused with EAGAIN, ENOBUFS or ENOMEM and writes the rest, past EINTR', () => {
      assert.deepEqual(write(PASSES, 61000 + EAGAIN, 61000 + ENOBUFS, 61000 + ENOMEM, PASSES), [
        2,
        0,
        FAILED,
        FAILED,
        FAILED,
        0,
      ]);
    });

    for (const [name, errno] of [
      ['EIO', EIO],
      ['EBADFD', EBADFD],
    ] as const) {
      it(`stops writing at ${name} and marks that packet and all after it`, () => {
        assert.deepEqual(write(PASSES, 61000 + errno, PASSES), [1, 0, FAILED, FAILED]);
        assert.deepEqual(write(61000 + errno, PASSES), [-errno, FAILED, FAILED]);
      });

      it(`returns what was read before ${name}, and ${name} when it comes first`, async () => {
        await waiting(100, 61000 + errno, 61000 + errno, 100);
        assert.deepEqual(read(), [100]);
        assert.equal(read(), -errno);
        assert.deepEqual(read(), [100]);
      });
    }

    it('throws what else the first read is refused with', async () => {
      await waiting(61000 + ENOMEM);
      assert.throws(read, { code: 'ENOMEM', errno: -ENOMEM, syscall: 'read' });
    });

    it('repeats an interrupted read', async () => {
      await waiting(100, 200, 300);
      assert.deepEqual(read(), [100, 200, 300]);
      assert.deepEqual(read(), []);
    });
  },
  preloadRefusing,
);
