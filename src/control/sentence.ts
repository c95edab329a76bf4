/** Longest sentence that is shown, characters. */
const MOST = 600;
const HEAD = 350;
const TAIL = 200;

/** Cuts the middle out of a sentence that echoes a very long input: the beginning and the end tell the problem. */
export function boundedSentence(sentence: string): string {
  if (sentence.length <= MOST) return sentence;
  return `${sentence.slice(0, HEAD)} … ${sentence.slice(-TAIL)}`;
}
