import assert from 'node:assert/strict';
import { EbpfAssembler, R0, R1, R2, R6, STACK_END } from '../../src/wire/ebpf.js';

/** As RFC 9669 §3 numbers the fields, on a little-endian machine. */
const ENCODINGS: readonly [name: string, program: EbpfAssembler, bytes: string][] = [
  ['r6 = r1', new EbpfAssembler().compute(R6, 'mov', { register: R1 }), 'bf16000000000000'],
  ['r0 = -1', new EbpfAssembler().compute(R0, 'mov', -1), 'b7000000ffffffff'],
  ['w2 *= 0x61c88647', new EbpfAssembler().compute32(R2, 'mul', 0x61c88647), '240200004786c861'],
  ['w2 >>= 13', new EbpfAssembler().compute32(R2, 'shr', 13), '740200000d000000'],
  ['r1 &= 0xffff', new EbpfAssembler().compute(R1, 'and', 0xffff), '57010000ffff0000'],
  ['r1 = be16 r1', new EbpfAssembler().fromBigEndian(R1, 16), 'dc01000010000000'],
  ['r1 = *(u8 *)(r10 - 40)', new EbpfAssembler().load(1, R1, STACK_END, -40), '71a1d8ff00000000'],
  ['r1 = *(u16 *)(r10 - 38)', new EbpfAssembler().load(2, R1, STACK_END, -38), '69a1daff00000000'],
  ['r1 = *(u32 *)(r6 + 0)', new EbpfAssembler().load(4, R1, R6, 0), '6161000000000000'],
  [
    'r2 = the value of map 7, byte 64',
    new EbpfAssembler().loadMapValue(R2, 7, 64),
    '18220000070000000000000040000000',
  ],
  ['lock *(u64 *)(r2 + 8) += r1', new EbpfAssembler().atomicAdd(8, R2, 8, R1), 'db12080000000000'],
  ['lock *(u32 *)(r2 + 8) += r1', new EbpfAssembler().atomicAdd(4, R2, 8, R1), 'c312080000000000'],
  ['*(u64 *)(r10 - 64) = r1', new EbpfAssembler().store(8, STACK_END, -64, R1), '7b1ac0ff00000000'],
  ['w1 -= w2', new EbpfAssembler().compute32(R1, 'sub', { register: R2 }), '1c21000000000000'],
  ['call 26', new EbpfAssembler().call(26), '850000001a000000'],
  ['exit', new EbpfAssembler().exit(), '9500000000000000'],
  [
    'jumps go forward, over what stands between',
    new EbpfAssembler()
      .jumpIf(R1, '==', 69, 'end')
      .jumpIf(R1, '<', { register: R2 }, 'end')
      .jumpIf(R1, 'has bits', 0x3fff, 'end')
      .jumpIf(R1, '!=', 0, 'end')
      .jump('end')
      .exit()
      .label('end')
      .exit(),
    [
      '1501050045000000',
      'ad21040000000000',
      '45010300ff3f0000',
      '5501020000000000',
      '0500010000000000',
      '9500000000000000',
      '9500000000000000',
    ].join(''),
  ],
];

describe('wire: eBPF', () => {
  for (const [name, program, bytes] of ENCODINGS) {
    it(name, () => assert.equal(Buffer.from(program.assemble()).toString('hex'), bytes));
  }

  it('refuses a jump to nowhere, and one backwards', () => {
    assert.throws(
      () => new EbpfAssembler().jump('end').assemble(),
      /^RangeError: no instruction "end" lies ahead$/,
    );
    const loop = new EbpfAssembler().label('again').exit().jump('again');
    assert.throws(() => loop.assemble(), /^RangeError: no instruction "again" lies ahead$/);
  });
});
