import assert from 'node:assert/strict';
import { PacketBatch } from '../../src/attachment/batch.js';
import { native } from '../../src/native/index.js';
import { EbpfAssembler, R0, R1, R2, R3 } from '../../src/wire/ebpf.js';
import { describeInNamespace } from './in-namespace.js';
import * as network from './network.js';

/** Returns the first 32-bit word of a memory. */
function firstWordOf(memoryFd: number): Uint8Array {
  return new EbpfAssembler().loadMapValue(R1, memoryFd).load(4, R0, R1, 0).exit().assemble();
}

describeInNamespace('native: eBPF', import.meta.url, ({ it, afterEach }) => {
  const descriptors: number[] = [];
  const opened = (fd: number) => {
    descriptors.push(fd);
    return fd;
  };
  afterEach(() => {
    for (const fd of descriptors.splice(0)) native.close(fd);
  });

  it('shares memory with a program, both ways', () => {
    const { fd, buffer } = native.bpfMemory(4096 + 8);
    opened(fd);
    assert.equal(buffer.byteLength, 4096 + 8);
    assert.ok(new Uint8Array(buffer).every((byte) => byte === 0));
    const view = new DataView(buffer);
    view.setUint32(0, 0x89abcdef, true);
    const reads = opened(native.bpfSocketFilter(firstWordOf(fd)));
    assert.equal(native.bpfTestRun(reads, new Uint8Array(60)), 0x89abcdef);
    const adds = new EbpfAssembler().loadMapValue(R3, fd).compute(R2, 'mov', 5).atomicAdd(8, R3, 4096, R2);
    const writes = opened(native.bpfSocketFilter(adds.compute(R0, 'mov', 0).exit().assemble()));
    for (let i = 0; i < 3; i++) assert.equal(native.bpfTestRun(writes, new Uint8Array(60)), 0);
    assert.equal(view.getBigUint64(4096, true), 15n);
  });

  it('keeps the memory while a program refers to it', () => {
    const { fd, buffer } = native.bpfMemory(64);
    new DataView(buffer).setUint32(0, 77, true);
    const reads = opened(native.bpfSocketFilter(firstWordOf(fd)));
    native.close(fd);
    assert.equal(native.bpfTestRun(reads, new Uint8Array(60)), 77);
    new DataView(buffer).setUint32(0, 78, true);
    assert.equal(native.bpfTestRun(reads, new Uint8Array(60)), 78);
  });

  it('says what the kernel refuses', () => {
    const noExit = new EbpfAssembler().compute(R0, 'mov', 0).assemble();
    assert.throws(() => native.bpfSocketFilter(noExit), {
      code: 'EINVAL',
      syscall: 'bpf',
      message: /^cannot load an eBPF program: /,
    });
    const uninitialised = new EbpfAssembler().exit().assemble();
    assert.throws(() => native.bpfSocketFilter(uninitialised), { code: 'EACCES' });
    assert.throws(() => native.bpfTestRun(0, new Uint8Array(60)), { code: 'EINVAL', syscall: 'bpf' });
    assert.throws(() => native.tunSetFilter(0, 0), { code: /^ENOTTY|EINVAL$/, syscall: 'ioctl' });
  });

  it('a filter on a device drops what it returns 0 for, in front of every queue', async () => {
    const queues = network.tunDevice('tun-a', { queues: 2 });
    queues.forEach(opened);
    const { fd, buffer } = native.bpfMemory(8);
    opened(fd);
    native.tunSetFilter(queues[1]!, opened(native.bpfSocketFilter(firstWordOf(fd))));
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
      new DataView(buffer).setUint32(0, 0xffff, true);
      await network.send(socket, 'kept');
      assert.equal(receive(), 1);
    } finally {
      socket.close();
    }
    const [link] = JSON.parse(network.ip('-json', '-stats', 'link', 'show', 'tun-a'));
    assert.equal(link.stats64.tx.dropped, 1);
  });
});
