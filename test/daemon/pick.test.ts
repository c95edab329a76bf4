import assert from 'node:assert/strict';
import { pick } from '../../src/daemon/pick.js';

describe('daemon/pick', () => {
  it('takes the fields that are named, inherited ones too, and no others', () => {
    const from = Object.assign(Object.create({ inherited: 1 }) as { inherited: number }, {
      own: 2,
      other: 3,
    });
    assert.deepEqual(pick(from, ['inherited', 'own']), { inherited: 1, own: 2 });
  });
});
