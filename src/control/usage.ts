/** The problems that commander finds in a command line, in words for a person; the daemon and the CLI use the same. */

/**
 * commander's message as one sentence: `error: unknown option '--dts'\n(Did you mean --dst?)`.
 * @param program whose help is named where commander has no better idea
 */
export function usageSentence(message: string, program: string): string {
  const told = message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*\(Did/, ' (did')
    .replace('. Expected', ', expected')
    .replace(/\.$/, '');
  return told.includes('(did') ? told : `${told} (see ${program} --help)`;
}
