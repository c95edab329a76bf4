/**
 * Text that a sentence repeats: quoted as JSON does, so that no control character reaches a terminal, and cut after 60
 * characters.
 */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
