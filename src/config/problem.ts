/** The problems that zod finds in a configuration file, in words for a person. */
import { closestMatch } from 'leven';
import { z } from 'zod';

/**
 * Turns an issue into sentences that begin with the section and the key.
 * @param schema the document's schema, from which the known keys are taken
 * @param document the document as parsed, from which the wrong value is quoted
 */
export function sentenceOf(issue: z.core.$ZodIssue, schema: z.ZodType, document: unknown): string[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, path);
    return issue.keys.map(
      (key) =>
        `${place([...path, key], document)}: unknown key; the nearest known key is "${closestMatch(key, known)}"`,
    );
  }
  if (issue.code === 'invalid_type' && issue.expected === 'array' && path.length === 1) {
    const tables = `[[${String(path[0])}]]`;
    return [`${tables}: it is not a list; begin each with a line ${tables}`];
  }
  const value = valueAt(document, path);
  if (value === undefined) {
    const section = path.slice(0, -1);
    if (isMisspelt(String(path.at(-1)), valueAt(document, section), knownKeys(schema, section))) return [];
  }
  return [`${place(path, document)}: ${complaint(issue, value)}`];
}

/** Whether an unknown key of the section is probably this one misspelt: then one complaint is enough. */
export function isMisspelt(key: string, section: unknown, known: readonly string[]): boolean {
  return Object.keys(section ?? {}).some(
    (given) => !known.includes(given) && closestMatch(given, known) === key,
  );
}

/** `[relay]`, or `[relay] workers`; of several tables, `[[second]] "gw1": weight`, or the number of one that has no name. */
function place(path: readonly PropertyKey[], document: unknown): string {
  const [section, key, keyOfTable] = path.map(String);
  if (typeof path[1] !== 'number' || !Array.isArray(valueAt(document, path.slice(0, 1))))
    return key === undefined ? `[${section}]` : `[${section}] ${key}`;
  const name = valueAt(document, [...path.slice(0, 2), 'name']);
  const table = `[[${section}]] ${typeof name === 'string' ? JSON.stringify(name) : `number ${path[1] + 1}`}`;
  return keyOfTable === undefined ? table : `${table}: ${keyOfTable}`;
}

function complaint(issue: z.core.$ZodIssue, value: unknown): string {
  const given = JSON.stringify(value);
  switch (issue.code) {
    case 'invalid_type': {
      const kind = KINDS[issue.expected] ?? issue.expected;
      return value === undefined ? `missing; give ${kind}` : `${given} is not ${kind}`;
    }
    case 'invalid_value':
      return `${given} is unknown; use ${issue.values.map((word) => JSON.stringify(word)).join(' or ')}`;
    default:
      return issue.message;
  }
}

const KINDS: Record<string, string> = {
  string: 'a text in quotes',
  int: 'a whole number',
  number: 'a whole number',
  boolean: 'true or false',
  array: 'a list, such as ["198.18.9.9"]',
  object: 'a section',
};

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    document,
  );
}

/** @param path to a section, with the number of a table where there may be several */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const object = unwrap(schema);
  const [key, ...rest] = path.filter((step) => typeof step !== 'number').map(String);
  if (!(object instanceof z.ZodObject)) return [];
  return key === undefined ? Object.keys(object.shape) : knownKeys(object.shape[key] as z.ZodType, rest);
}

/** The object inside defaults, optionals and lists. */
function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault)
    return unwrap(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodArray ? unwrap(schema.element as z.ZodType) : schema;
}
