/** The table of all that the plain path leaves to the general one: test/relay/scenarios has it, a file for each subject. */
import assert from 'node:assert/strict';
import { VERDICTS } from '../../src/relay/verdict.js';
import { runScenarios, type Scenario, verdictsOf } from './scenario.js';
import { CAPTURED } from './scenarios/captured.js';
import { EDGE } from './scenarios/edge.js';
import { EGRESS } from './scenarios/egress.js';
import { ENCAPSULATION } from './scenarios/encapsulation.js';
import { FAMILIES } from './scenarios/families.js';
import { FRAGMENTS } from './scenarios/fragments.js';
import { FRAGMENTS_REFUSED } from './scenarios/fragments-refused.js';
import { ICMP } from './scenarios/icmp.js';
import { ICMP_TRANSLATED } from './scenarios/icmp-translated.js';
import * as plain from './scenarios/plain.js';

const TABLES: Readonly<Record<string, readonly Scenario[]>> = {
  'encapsulation and AH': ENCAPSULATION,
  'families and hairpin': FAMILIES,
  'the way out': EGRESS,
  fragments: FRAGMENTS,
  'fragments that are refused': FRAGMENTS_REFUSED,
  'ICMP errors translated': ICMP_TRANSLATED,
  ICMP,
  'what an edge sends on': EDGE,
  'packets of real kernels': CAPTURED,
};

for (const [subject, scenarios] of Object.entries(TABLES)) {
  describe(`relay/general-path: ${subject}`, () => runScenarios(scenarios));
}

describe('relay/verdict', () => {
  it('has a scenario for every verdict but those of the attachment and the control thread', () => {
    const shown = verdictsOf([plain.RELAY, plain.EDGE, ...Object.values(TABLES)].flat());
    assert.deepEqual(
      VERDICTS.filter((verdict) => !shown.has(verdict)),
      [...VERDICTS.filter((verdict) => verdict.startsWith('ike-')), 'punt-full', 'send-failed'],
    );
  });
});
