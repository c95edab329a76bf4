import assert from 'node:assert/strict';
import { native } from '../../src/native/index.js';

/** The addon as untyped JavaScript sees it. */
const untyped = native as unknown as Record<string, (...values: unknown[]) => unknown>;

const bytes = (length: number) => new Uint8Array(length);
const int32s = (length: number) => new Int32Array(length);
const detached = () => {
  const array = int32s(4);
  structuredClone(array, { transfer: [array.buffer] });
  return array;
};
/** Never opened: every check of an argument comes before the descriptor is used. */
const FD = 2 ** 31 - 1;
const SLAB = bytes(64 + 65535);

const read = [FD, SLAB, int32s(4), int32s(4), 4, 64];
const write = [FD, SLAB, int32s(4), int32s(4), bytes(4), 4, 1, 9];
const replace = (values: unknown[], at: number, value: unknown) => values.with(at, value);

const refusals: [name: string, values: unknown[], error: 'TypeError' | 'RangeError', message: RegExp][] = [
  ['tunOpen', [], 'TypeError', /^name must be a string$/],
  ['tunOpen', [7, true], 'TypeError', /^name must be a string$/],
  ['tunOpen', ['tun-a'], 'TypeError', /^create must be true or false$/],
  ['tunOpen', ['tun-a', 1], 'TypeError', /^create must be true or false$/],
  ['tunOpen', ['', true], 'RangeError', /^name must have 1 to 15 bytes, not 0$/],
  ['tunOpen', ['sixteen-bytes-xx', true], 'RangeError', /^name must have 1 to 15 bytes, not 16$/],
  ['tunOpen', ['a\0b', true], 'RangeError', /^name must not contain a zero byte$/],
  ['tunOpen', ['tun%d', true], 'RangeError', /^name "tun%d" is no name of a network device/],
  ['tunOpen', ['a/b', false], 'RangeError', /is no name of a network device/],
  ['tunOpen', ['..', false], 'RangeError', /is no name of a network device/],

  ['tunReadBatch', [], 'TypeError', /^fd must be a number$/],
  [
    'tunReadBatch',
    replace(read, 0, -1),
    'RangeError',
    /^fd must be a whole number within 0 to 2147483647, not -1$/,
  ],
  ['tunReadBatch', replace(read, 0, 1.5), 'RangeError', /^fd .* not 1.5$/],
  ['tunReadBatch', replace(read, 1, new DataView(SLAB.buffer)), 'TypeError', /^slab must be a Uint8Array$/],
  ['tunReadBatch', replace(read, 1, new Int8Array(70000)), 'TypeError', /^slab must be a Uint8Array$/],
  [
    'tunReadBatch',
    replace(read, 1, bytes(64 + 65534)),
    'RangeError',
    /^slab must have 65599 to .* not 65598$/,
  ],
  ['tunReadBatch', replace(read, 2, new Uint32Array(4)), 'TypeError', /^offsets must be an Int32Array$/],
  ['tunReadBatch', replace(read, 3, [1, 2, 3, 4]), 'TypeError', /^lengths must be an Int32Array$/],
  ['tunReadBatch', replace(read, 2, int32s(3)), 'RangeError', /^maxPackets is 4, but .* room for 3$/],
  ['tunReadBatch', replace(read, 3, detached()), 'RangeError', /^maxPackets is 4, but .* room for 0$/],
  ['tunReadBatch', replace(read, 4, 0), 'RangeError', /^maxPackets must be .* 1 to 256, not 0$/],
  ['tunReadBatch', replace(read, 4, 257), 'RangeError', /^maxPackets must be .* 1 to 256, not 257$/],
  ['tunReadBatch', replace(read, 4, '4'), 'TypeError', /^maxPackets must be a number$/],
  ['tunReadBatch', replace(read, 4, 4n), 'TypeError', /^maxPackets must be a number$/],
  ['tunReadBatch', replace(read, 5, -1), 'RangeError', /^headroom must be .* 0 to 65535, not -1$/],
  ['tunReadBatch', replace(read, 5, 65), 'RangeError', /^slab must have 65663 to/],
  ['tunReadBatch', replace(read, 5, Number.NaN), 'RangeError', /^headroom .* not -?nan$/],

  ['tunWriteBatch', write.slice(0, 6), 'TypeError', /^lastSentVerdict must be a number$/],
  ['tunWriteBatch', write.slice(0, 7), 'TypeError', /^failedVerdict must be a number$/],
  ['tunWriteBatch', replace(write, 6, -1), 'RangeError', /^lastSentVerdict must be .* 0 to 254, not -1$/],
  ['tunWriteBatch', replace(write, 6, 255), 'RangeError', /^lastSentVerdict must be .* 0 to 254, not 255$/],
  ['tunWriteBatch', replace(write, 1, null), 'TypeError', /^slab must be a Uint8Array$/],
  ['tunWriteBatch', replace(write, 4, int32s(4)), 'TypeError', /^verdicts must be a Uint8Array$/],
  ['tunWriteBatch', replace(write, 4, bytes(3)), 'RangeError', /^count is 4, but verdicts has room for 3$/],
  ['tunWriteBatch', replace(write, 3, int32s(3)), 'RangeError', /^count is 4, but .* room for 3$/],
  ['tunWriteBatch', replace(write, 2, detached()), 'RangeError', /^count is 4, but .* room for 0$/],
  ['tunWriteBatch', replace(write, 5, -1), 'RangeError', /^count must be .* 0 to 256, not -1$/],
  ['tunWriteBatch', replace(write, 5, 257), 'RangeError', /^count must be .* 0 to 256, not 257$/],
  ['tunWriteBatch', replace(write, 7, 0), 'RangeError', /^failedVerdict must be .* 2 to 255, not 0$/],
  ['tunWriteBatch', replace(write, 7, 256), 'RangeError', /^failedVerdict must be .* 2 to 255, not 256$/],

  ['bpfLoad', ['object', bytes(8), 1], 'TypeError', /^object must be a Uint8Array$/],
  ['bpfLoad', [bytes(8), int32s(2), 1], 'TypeError', /^settings must be a Uint8Array$/],
  ['bpfLoad', [bytes(8), bytes(8), 0], 'RangeError', /^memoryBytes must be .* 1 to /],
  ['bpfLoad', [bytes(8), bytes(8), '1'], 'TypeError', /^memoryBytes must be a number$/],
  ['bpfTestRun', [-1, bytes(14)], 'RangeError', /^programFd must be/],
  ['bpfTestRun', [FD, bytes(13)], 'RangeError', /^frame must have 14 to 65536 bytes, not 13$/],
  ['bpfTestRun', [FD, bytes(65_537)], 'RangeError', /not 65537$/],
  ['tunSetFilter', [-1, FD], 'RangeError', /^fd must be/],
  ['tunSetFilter', [FD], 'TypeError', /^programFd must be a number$/],

  ['wait', [FD, FD], 'TypeError', /^timeoutMs must be a number$/],
  ['wait', [FD, -1, 0], 'RangeError', /^wakerFd must be/],
  ['wait', [FD, FD, -2], 'RangeError', /^timeoutMs must be .* -1 to 2147483647, not -2$/],
  ['wait', [FD, FD, Number.POSITIVE_INFINITY], 'RangeError', /^timeoutMs .* not inf$/],
  ['wake', [], 'TypeError', /^wakerFd must be a number$/],
  ['close', [2 ** 31], 'RangeError', /^fd must be/],
  ['lockExclusive', ['/tmp'], 'TypeError', /^fd must be a number$/],
  ['netlinkOpen', [32, int32s(0)], 'RangeError', /^family must be .* 0 to 31, not 32$/],
  ['netlinkOpen', [0, [1]], 'TypeError', /^groups must be an Int32Array$/],
  ['netlinkSend', [FD, 'text'], 'TypeError', /^messages must be a Uint8Array$/],
  ['netlinkReceive', [FD, bytes(8), int32s(0)], 'RangeError', /^lengths must have 1 to 64 elements, not 0$/],
  ['netlinkReceive', [FD, bytes(99), int32s(65)], 'RangeError', /^lengths must have .* not 65$/],
  ['netlinkReceive', [FD, bytes(3), int32s(4)], 'RangeError', /^slab must have a byte for each/],
  ['netlinkReceive', [FD, bytes(8), detached()], 'RangeError', /^lengths must have .* not 0$/],
  ['watchReadable', [FD], 'TypeError', /^callback must be a function$/],
  ['unwatch', [{}], 'TypeError', /^watch must be a result of watchReadable$/],
  ['peerCredentials', [{}], 'TypeError', /^fd must be a number$/],
  ['unixDatagramSend', ['/run/x'], 'TypeError', /^payload must be a Uint8Array$/],
  ['unixDatagramSend', ['/run/x', 'text'], 'TypeError', /^payload must be a Uint8Array$/],
  ['unixDatagramSend', ['x'.repeat(108), bytes(1)], 'RangeError', /^path must have 1 to 107 bytes, not 108$/],
  ['pinThread', [-1], 'RangeError', /^cpu must be .* 0 to 1023, not -1$/],
  ['pinThread', [1024], 'RangeError', /^cpu must be .* 0 to 1023, not 1024$/],
  ['nameThread', ['ünicode-is-long'], 'RangeError', /^name must have 1 to 15 bytes, not 16$/],
];

describe('native: arguments', () => {
  for (const [name, values, error, message] of refusals) {
    it(`${name} throws ${error}: ${message.source}`, () => {
      assert.throws(() => untyped[name]!(...values), {
        name: error,
        message,
        code: error === 'TypeError' ? 'ERR_INVALID_ARG_TYPE' : 'ERR_OUT_OF_RANGE',
      });
    });
  }

  it('accepts arguments at their limits: the descriptor is what remains wrong', () => {
    for (const [name, values] of [
      ['tunReadBatch', read],
      ['wait', [FD, FD, 0]],
    ] as const) {
      assert.throws(() => untyped[name]!(...values), { name: 'Error', code: 'EBADF' });
    }
    assert.equal(untyped['tunWriteBatch']!(...replace(write, 5, 0)), 0);
  });
});
