import assert from 'node:assert/strict';
import { defaultMode, sameDefinition } from '../../src/table/definition.js';
import { KIND_AH, KIND_ESP, KIND_UDP } from '../../src/table/layout.js';
import { type DefinitionWords, define } from '../model/definition.js';

describe('table/definition', () => {
  it('relies on an edge when what the ICV covers is substituted: the SPI, and for AH the addresses', () => {
    for (const kind of [KIND_ESP, KIND_UDP] as const) {
      assert.equal(defaultMode(kind, 300, 300), 'preserve');
      assert.equal(defaultMode(kind, 300, 301), 'edge');
    }
    assert.equal(defaultMode(KIND_AH, 300, 300), 'edge');
    assert.equal(defaultMode(KIND_AH, 300, 301), 'edge');
  });

  it('sees a difference in any single word', () => {
    const all = { src: '198.18.1.1', srcPort: 1, toPorts: [2, 3] } as const;
    assert.ok(sameDefinition(define(all), define(all)));
    const differences: DefinitionWords[] = [
      { kind: KIND_UDP },
      { toKind: KIND_UDP },
      { dst: '198.18.9.10' },
      { spi: 300 },
      { src: '198.18.1.2' },
      { src: undefined },
      { srcPort: 4 },
      { to: '198.18.2.3' },
      { toSrc: undefined },
      { toSrc: '198.18.9.10' },
      { toSpi: 300 },
      { toPorts: [9, 3] },
      { toPorts: [2, 9] },
      { mode: 'aware' },
      { hairpin: true },
    ];
    for (const difference of differences) {
      const other = define({ ...all, ...difference });
      assert.equal(sameDefinition(define(all), other), false, JSON.stringify(difference));
      assert.equal(sameDefinition(other, define(all)), false, JSON.stringify(difference));
    }
  });
});
