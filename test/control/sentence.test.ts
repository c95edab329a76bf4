import assert from 'node:assert/strict';
import { boundedSentence } from '../../src/control/sentence.js';

describe('control/sentence', () => {
  it('leaves a sentence alone, and cuts the middle out of one that echoes megabytes', () => {
    assert.equal(boundedSentence('a sentence; with advice'), 'a sentence; with advice');
    const long = boundedSentence(`spi: "${'x'.repeat(3 << 20)}" is not an SPI`);
    assert.ok(long.length < 600);
    assert.match(long, /^spi: "x+ … x+" is not an SPI$/);
  });
});
