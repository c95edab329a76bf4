/** Verdicts are numbers in a batch and words for people: one list of words gives both. */

/** `rate-limit` is `RATE_LIMIT`. */
type ConstantName<Word extends string> = Word extends `${infer Head}-${infer Tail}`
  ? `${Uppercase<Head>}_${ConstantName<Tail>}`
  : Uppercase<Word>;

/** @param words in the order of their numbers, from 0 @returns each number under the name of its word */
export function verdictNumbers<Word extends string>(
  words: readonly Word[],
): Readonly<Record<ConstantName<Word>, number>> {
  const entries = words.map((word, number) => [word.replaceAll('-', '_').toUpperCase(), number]);
  return Object.fromEntries(entries) as Record<ConstantName<Word>, number>;
}
