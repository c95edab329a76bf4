/** Longest sentence that anybody is shown, characters. */
const MOST = 600;
const HEAD = 350;
const TAIL = 200;

/** A sentence that echoes an input as long as a book loses its middle: what is wrong stands at its beginning or its end. */
export function boundedSentence(sentence: string): string {
  if (sentence.length <= MOST) return sentence;
  return `${sentence.slice(0, HEAD)} … ${sentence.slice(-TAIL)}`;
}
