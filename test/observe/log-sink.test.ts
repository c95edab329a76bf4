import assert from 'node:assert/strict';
import { LogSink } from '../../src/observe/log-sink.js';

describe('observe/log-sink', () => {
  let output: string;
  /** Bytes that the descriptor takes before its reader is slow. */
  let room: number;
  let failure: Error | undefined;
  let sink: LogSink;

  beforeEach(() => {
    output = '';
    room = Number.POSITIVE_INFINITY;
    failure = undefined;
    const write = (bytes: Uint8Array) => {
      if (failure) throw failure;
      const taken = Math.min(room, bytes.length);
      room -= taken;
      output += Buffer.from(bytes.subarray(0, taken)).toString('latin1');
      return taken;
    };
    sink = new LogSink(write, (lost) => `${lost} lost\n`);
  });

  it('writes line after line', () => {
    sink.write('one\n');
    sink.write('two\n');
    assert.equal(output, 'one\ntwo\n');
  });

  it('counts what a full disk refuses, and tells of it once there is room', () => {
    sink.write('one\n');
    failure = new Error('ENOSPC');
    for (let line = 0; line < 5; line++) sink.write('refused\n');
    failure = undefined;
    sink.write('two\n');
    sink.write('three\n');
    assert.equal(output, 'one\n5 lost\ntwo\nthree\n');
  });

  it('goes on in the middle of a line when its reader does', () => {
    room = 6;
    sink.write('one\n');
    sink.write('two\n');
    assert.equal(output, 'one\ntw');
    room = 100;
    sink.write('three\n');
    assert.equal(output, 'one\ntwo\nthree\n');
  });

  it('goes on by itself', async () => {
    room = 0;
    sink.write('one\n');
    room = 100;
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(output, 'one\n');
  });

  it('keeps no more than fits its memory when nobody reads', () => {
    room = 0;
    const line = `${'x'.repeat(1023)}\n`;
    for (let i = 0; i < 1000; i++) sink.write(line);
    room = Number.POSITIVE_INFINITY;
    sink.write('last\n');
    assert.equal(output, `${line.repeat(256)}744 lost\nlast\n`);
  });

  it('gives a reader a moment at the end, and no more', () => {
    room = 0;
    sink.write('one\n');
    sink.end();
    room = 100;
    sink.end();
    assert.equal(output, 'one\n');
  });
});
