/** Keys and certificates of both ends, made with strongSwan's pki(1). */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.js';

/** Of every key but the root's. */
export interface Kind {
  readonly type: 'ecdsa' | 'rsa';
  readonly bits: number;
}

/**
 * Makes a root, an authority for each end, and its certificate of `first` or `second`.
 * @returns a directory with a subdirectory for each end, which holds x509, x509ca and private
 */
export async function makeCertificates(directory: string, { type, bits }: Kind): Promise<string> {
  const path = (...names: string[]) => join(directory, ...names);
  const pki = async (file: string, ...words: string[]) =>
    writeFileSync(file, await run(['pki', ...words, '--outform', 'pem']));
  for (const end of ['first', 'second']) {
    for (const part of ['x509', 'x509ca', 'private']) mkdirSync(path(end, part), { recursive: true });
  }
  const rootKey = path('root-key.pem');
  const root = path('root.pem');
  // No peer sends the root.
  await pki(rootKey, '--gen', '--type', 'ecdsa', '--size', '256');
  await pki(root, '--self', '--ca', '--type', 'priv', '--in', rootKey, '--dn', 'CN=root');
  await Promise.all(
    ['first', 'second'].map(async (end) => {
      const authorityKey = path(`${end}-authority-key.pem`);
      // The other end does not have it, so it must be sent.
      const authority = path(end, 'x509ca/authority.pem');
      const key = path(end, 'private/key.pem');
      await Promise.all(
        [authorityKey, key].map((file) => pki(file, '--gen', '--type', type, '--size', String(bits))),
      );
      const issue = (file: string, name: string, of: string, issuer: string[], ...more: string[]) =>
        pki(
          file,
          ...['--issue', '--type', 'priv', '--in', of, '--dn', `CN=${name}`],
          ...['--cacert', issuer[0]!, '--cakey', issuer[1]!, ...more],
        );
      await issue(authority, `authority of ${end}`, authorityKey, [root, rootKey], '--ca');
      await issue(path(end, 'x509/end.pem'), end, key, [authority, authorityKey], '--san', end);
      cpSync(root, path(end, 'x509ca/root.pem'));
    }),
  );
  return directory;
}
