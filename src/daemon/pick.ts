/** These fields of an object, and no others. */
export function pick<T extends object, K extends keyof T>(from: T, fields: readonly K[]): Pick<T, K> {
  // Several times as fast as Object.fromEntries: this runs for every SA of a listing.
  const picked: Partial<Pick<T, K>> = {};
  for (const field of fields) picked[field] = from[field];
  return picked as Pick<T, K>;
}
