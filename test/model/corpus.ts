/**
 * The packets of test/corpus: one file each, in hex. The folder is the role that receives it (SAs: WORLD, EDGE_SAS
 * of world.ts), the name's first part its verdict when it comes alone: `forward_options.hex`. Those that found a bug say
 * so in their first line.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface CorpusPacket {
  readonly name: string;
  readonly verdict: string;
  readonly bytes: Uint8Array;
}

export function corpus(role: 'relay' | 'edge'): CorpusPacket[] {
  // From dist/test/model.
  const folder = fileURLToPath(new URL(`../../../test/corpus/${role}/`, import.meta.url));
  return readdirSync(folder)
    .toSorted()
    .map((file) => {
      const lines = readFileSync(`${folder}/${file}`, 'utf8').split('\n');
      const digits = lines.filter((line) => !line.startsWith('#')).join('');
      const name = file.replace('.hex', '');
      return { name, verdict: name.split('_')[0]!, bytes: Uint8Array.from(Buffer.from(digits, 'hex')) };
    });
}
