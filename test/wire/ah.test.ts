import assert from 'node:assert/strict';
import { AH_MIN_LENGTH, AH_SPI, ahLength } from '../../src/wire/ah.js';
import { espSpi, setEspSpi } from '../../src/wire/esp.js';
import { ah } from '../model/upper.js';

describe('wire/ah', () => {
  for (const [field, length] of [
    [0, 8],
    [1, 12],
    [4, 24],
    // HMAC-SHA-256-128 (RFC 4868 §2.6), padded to 64 bits as IPv6 wants it.
    [5, 28],
    [6, 32],
    [127, 516],
    [128, 520],
    [255, 1028],
  ] as const) {
    it(`is ${length} bytes long where the payload length says ${field}`, () => {
      assert.equal(ahLength(new DataView(Uint8Array.of(6, field).buffer), 0), length);
    });
  }

  it('is as long as its fixed part and its ICV', () => {
    for (const icv of [0, 4, 12, 16, 32]) {
      const header = ah(0xaaaa0001, Array<number>(icv).fill(0x5a));
      assert.equal(ahLength(new DataView(Uint8Array.from(header).buffer), 0), AH_MIN_LENGTH + icv);
    }
  });

  it('has its SPI in the second word, where it is read and written', () => {
    const bytes = Uint8Array.of(0xee, ...ah(0xfedcba98));
    const view = new DataView(bytes.buffer);
    assert.equal(espSpi(view, 1 + AH_SPI), 0xfedcba98 | 0);
    const expected = bytes.slice();
    expected.set([0x80, 0, 0, 1], 1 + 4);
    setEspSpi(view, 1 + AH_SPI, 0x80000001 | 0);
    assert.deepEqual(bytes, expected);
  });
});
