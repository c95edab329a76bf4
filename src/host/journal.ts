/** The daemon's changes of the host, written down before each is made, so that a run after kill -9 can undo them. */
import { constants, readFileSync, readlinkSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { HostRefusal } from './commands.js';
import type { HostStep } from './plan.js';

/** A step, and for a sysctl the value before it. */
export interface Change {
  readonly step: HostStep;
  readonly before?: string;
}

/** Root undoes each change that is read back, so nothing but the changes of a plan is accepted. */
const device = z.string().regex(/^[\w.-]{1,15}$/);
const word = z.string().regex(/^[\w.:/+@-]{1,100}$/);
const words = z.array(word).min(1).max(40);
const family = z.union([z.literal(4), z.literal(6)]);
const preference = z.int().min(0).max(0xffffffff);
const sysctlKey = z
  .string()
  .regex(
    /^net\/(ipv4\/(ip_forward|ip_local_reserved_ports|conf\/[\w.-]{1,15}\/(forwarding|rp_filter|accept_local))|ipv6\/conf\/[\w.-]{1,15}\/(forwarding|disable_ipv6|accept_ra))$/,
  );
/** A number, or a list of ports and ranges of them. */
const sysctlValue = z.string().regex(/^[\d,-]{0,10000}$/);
const STEP = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('link'), device, settings: words }),
  z.strictObject({ kind: z.literal('route'), family, route: words }),
  z.strictObject({ kind: z.literal('rule'), family, preference, rule: words }),
  z.strictObject({ kind: z.literal('address'), family, device, address: words }),
  z.strictObject({ kind: z.literal('policy'), family, selector: words, action: words }),
  z.strictObject({ kind: z.literal('nft'), table: z.string().regex(/^\w{1,60}$/), content: z.string() }),
  z.strictObject({ kind: z.literal('local-rule'), family, preference }),
  z.strictObject({
    kind: z.literal('sysctl'),
    key: sysctlKey,
    value: sysctlValue,
    optional: z.literal(true).optional(),
  }),
]);
const DOCUMENT = z.strictObject({
  format: z.literal('ipsec-relay-host'),
  version: z.literal(1),
  /** A reboot undoes everything. */
  boot: z.string(),
  /** Changes hold for one network namespace. */
  namespace: z.string(),
  changes: z.array(z.strictObject({ step: STEP, before: sysctlValue.optional() })),
});
type JournalDocument = z.infer<typeof DOCUMENT>;

export class HostJournal {
  readonly #path: string;

  constructor(stateDirectory: string) {
    this.#path = join(stateDirectory, 'host.json');
  }

  /**
   * On the disk when it resolves; readers see the old or the new document, never a part.
   * @throws {HostRefusal} when it cannot be written
   */
  async write(changes: readonly Change[]): Promise<void> {
    const document = { format: 'ipsec-relay-host', version: 1, ...hereAndNow(), changes };
    const draft = `${this.#path}.new`;
    try {
      await rm(draft, { force: true });
      const file = await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
      try {
        await file.writeFile(`${JSON.stringify(document, null, 1)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, this.#path);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      await rm(draft, { force: true }).catch(() => {});
      throw new HostRefusal(
        `${this.#path} cannot be written (${code === 'ENOSPC' ? 'the disk is full; make room' : message}), and nothing is changed on the host that is not written down first`,
      );
    }
  }

  /**
   * The changes a former run left in this network namespace since the last boot.
   * A journal that cannot be understood is reported, not guessed at.
   */
  async read(): Promise<{ changes: readonly Change[]; problem?: string }> {
    const unreadable = (why: string) => ({
      changes: [],
      problem: `${this.#path} cannot be read, so the changes that it lists stay: ${why}`,
    });
    let document: JournalDocument;
    try {
      const text = await this.#readText();
      if (text === undefined) return { changes: [] };
      const parsed = DOCUMENT.safeParse(JSON.parse(text));
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        return unreadable(`${issue!.path.join('.') || 'the document'} is not as ipsec-relayd writes it`);
      }
      document = parsed.data;
    } catch (error) {
      return unreadable((error as Error).message);
    }
    const { boot, namespace } = hereAndNow();
    if (document.boot !== boot) return { changes: [] };
    if (document.namespace !== namespace) {
      return {
        changes: [],
        problem: `the last run was in another network namespace (${document.namespace}); its changes stay there`,
      };
    }
    return { changes: document.changes as readonly Change[] };
  }

  /** @returns undefined: there is no journal */
  async #readText(): Promise<string | undefined> {
    const file = await open(this.#path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error.code === 'ELOOP' ? new Error('it is a symbolic link') : error;
      },
    );
    if (file === undefined) return undefined;
    try {
      const { uid } = await file.stat();
      if (uid !== 0 && uid !== process.geteuid!()) throw new Error(`it belongs to user ${uid}`);
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

function hereAndNow(): { boot: string; namespace: string } {
  return {
    boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    namespace: readlinkSync('/proc/self/ns/net'),
  };
}
