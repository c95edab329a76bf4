/** Each property of an SA is described once, in src/control/sa-words.ts. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { SA_FIELDS, SA_WORDS } from '../../src/control/sa-words.js';

const SOURCES = fileURLToPath(new URL('../../../src/', import.meta.url));
const PROTO = readFileSync(join(SOURCES, 'control/control.proto'), 'utf8');

/** Fields of a request that go with a word's own. */
const CHOICES = ['spiAuto', 'toSpiChoice'];
/** Fields of an SA as it is told that are no properties of it. */
const STATE = [
  ...[
    'id',
    'origin',
    'addedMs',
    'expiresMs',
    'softExpiresMs',
    'idleSinceMs',
    'packets',
    'bytes',
    'lastPacketMs',
  ],
  ...['connection', 'connectionName'],
];

describe('the description of an SA', () => {
  const message = (name: string) => protobuf.parse(PROTO).root.lookupType(`ipsec_relay.control.v1.${name}`);

  it('has every field of control.proto, and control.proto every property, asked and told in one type', () => {
    const [asked, told] = [message('SaRequest'), message('Sa')];
    assert.deepEqual(Object.keys(asked.fields).sort(), [...SA_FIELDS, ...CHOICES].sort());
    assert.deepEqual(Object.keys(told.fields).sort(), [...SA_FIELDS, ...STATE].sort());
    for (const field of SA_FIELDS) assert.equal(asked.fields[field]!.type, told.fields[field]!.type, field);
  });

  it('knows the enumerations of its fields', () => {
    const asked = message('SaRequest');
    asked.resolveAll();
    for (const { field, enumeration } of Object.values(SA_WORDS)) {
      const { resolvedType } = asked.fields[field]!;
      const values = resolvedType instanceof protobuf.Enum ? resolvedType.values : undefined;
      const known = enumeration && Object.entries(enumeration).filter(([name]) => Number.isNaN(Number(name)));
      assert.deepEqual(known && Object.fromEntries(known), values && { ...values }, field);
    }
  });

  it('is the one place outside of the SAD and the data plane that names a property which stands for itself', () => {
    const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
      (path) => /\.(ts|proto)$/.test(path) && !path.includes('generated'),
    );
    /** Rooms that act on a property of the request, and therefore name it. */
    const acting = /^(sad|table|relay)\//;
    const naming = (field: string) =>
      files
        .filter((path) => !acting.test(path))
        .filter((path) => new RegExp(`\\b${field}\\b`).test(code(readFileSync(join(SOURCES, path), 'utf8'))));
    const beside = Object.entries(SA_WORDS).filter(([, { isBeside }]) => isBeside);
    assert.ok(beside.length > 0);
    for (const [, { field }] of beside)
      assert.deepEqual(naming(field).sort(), ['control/control.proto', 'control/sa-words.ts'], field);
    // A lifetime is more: records of before lifetimes were stored, and its rendering as a time.
    assert.deepEqual(naming('softLifetime').sort(), ['control/sa-words.ts']);
    assert.deepEqual(naming('soft_lifetime').sort(), ['control/control.proto']);
  });
});

/** Without comments. */
function code(text: string): string {
  return text.replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, '');
}
