import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { PacketBatch } from '../../src/attachment/batch.js';
import { native } from '../../src/native/index.js';
import { describeInNamespace } from './in-namespace.js';
import * as network from './network.js';

/** test/native/words.bpf.c */
const WORDS = readFileSync(new URL('../../../native/build/bpf/words.bpf.o', import.meta.url));
const FIRST_WORD = 0;
const SECOND_WORD = 8;
const BYTES = 16;
const STEP = 5n;
const settings = new Uint8Array(BigUint64Array.of(STEP).buffer);

describeInNamespace('native: eBPF', import.meta.url, ({ it, afterEach }) => {
  const descriptors: number[] = [];
  const opened = (fd: number) => {
    descriptors.push(fd);
    return fd;
  };
  afterEach(() => {
    for (const fd of descriptors.splice(0)) native.close(fd);
  });

  const load = (memoryBytes = BYTES) => {
    const { programFd, memory } = native.bpfLoad(WORDS, settings, memoryBytes);
    return { program: opened(programFd), memory };
  };

  it('shares memory with a program, both ways, and lets it read settings', () => {
    const { program, memory } = load(4096 + 8);
    assert.equal(memory.byteLength, 4096 + 8);
    assert.ok(new Uint8Array(memory).every((byte) => byte === 0));
    const view = new DataView(memory);
    view.setUint32(FIRST_WORD, 0x89abcdef, true);
    for (let i = 0; i < 3; i++) assert.equal(native.bpfTestRun(program, new Uint8Array(60)), 0x89abcdef);
    assert.equal(view.getBigUint64(SECOND_WORD, true), 3n * STEP);
  });

  it('gives each load a memory of its own, which lives without the program', () => {
    const [one, other] = [load(), native.bpfLoad(WORDS, settings, BYTES)];
    native.close(other.programFd);
    new DataView(other.memory).setUint32(FIRST_WORD, 77, true);
    assert.equal(native.bpfTestRun(one.program, new Uint8Array(60)), 0);
    assert.equal(new DataView(other.memory).getUint32(FIRST_WORD, true), 77);
  });

  it('says what the kernel or libbpf refuses', () => {
    const cut = WORDS.subarray(0, 100);
    assert.throws(() => native.bpfLoad(cut, settings, BYTES), {
      syscall: 'bpf',
      message: /^cannot read an eBPF program: /,
    });
    const refusal = { code: 'EINVAL', syscall: 'bpf', message: /^cannot load an eBPF program: / };
    assert.throws(() => native.bpfLoad(WORDS, new Uint8Array(4), BYTES), refusal);
    // The verifier: the second word would lie behind the end of the memory.
    assert.throws(() => native.bpfLoad(WORDS, settings, 8), { ...refusal, code: 'EACCES' });
    assert.throws(() => native.bpfTestRun(0, new Uint8Array(60)), { code: 'EINVAL', syscall: 'bpf' });
    assert.throws(() => native.tunSetFilter(0, 0), { code: /^ENOTTY|EINVAL$/, syscall: 'ioctl' });
  });

  it('a filter on a device drops what it returns 0 for, in front of every queue', async () => {
    const queues = network.tunDevice('tun-a', { queues: 2 });
    queues.forEach(opened);
    const { program, memory } = load();
    native.tunSetFilter(queues[1]!, program);
    const socket = await network.udpSocket();
    const batch = new PacketBatch(8);
    const receive = () =>
      queues.reduce(
        (sum, queue) => sum + native.tunReadBatch(queue, batch.bytes, batch.offset, batch.length, 8, 64),
        0,
      );
    try {
      await network.send(socket, 'dropped').catch(() => {}); // a drop may be told to the sender
      assert.equal(receive(), 0);
      new DataView(memory).setUint32(FIRST_WORD, 0xffff, true);
      await network.send(socket, 'kept');
      assert.equal(receive(), 1);
    } finally {
      socket.close();
    }
    const [link] = JSON.parse(network.ip('-json', '-stats', 'link', 'show', 'tun-a'));
    assert.equal(link.stats64.tx.dropped, 1);
  });
});
