/** What the daemon has changed on the host, written down before it does, so that a run after kill -9 can undo it. */
import { readFileSync, readlinkSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostStep } from './plan.js';

/** A step, and for a sysctl the value before it. */
export interface Change {
  readonly step: HostStep;
  readonly before?: string;
}

interface JournalDocument {
  readonly format: 'ipsec-relay-host';
  readonly version: 1;
  /** A reboot undoes everything. */
  readonly boot: string;
  /** Changes hold for one network namespace. */
  readonly namespace: string;
  readonly changes: readonly Change[];
}

export class HostJournal {
  readonly #path: string;

  constructor(stateDirectory: string) {
    this.#path = join(stateDirectory, 'host.json');
  }

  /** On the disk when it resolves; readers see the old or the new document, never a part. */
  async write(changes: readonly Change[]): Promise<void> {
    const document: JournalDocument = { format: 'ipsec-relay-host', version: 1, ...hereAndNow(), changes };
    const draft = `${this.#path}.new`;
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(document, null, 1)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.#path);
  }

  /**
   * The changes a former run left in this network namespace since the last boot.
   * A journal that cannot be understood is reported, not guessed at.
   */
  async read(): Promise<{ changes: readonly Change[]; problem?: string }> {
    let document: JournalDocument;
    try {
      document = JSON.parse(await readFile(this.#path, 'utf8')) as JournalDocument;
      if (document.format !== 'ipsec-relay-host' || document.version !== 1)
        throw new Error('its format is unknown');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { changes: [] };
      return {
        changes: [],
        problem: `${this.#path} cannot be read, so what it lists stays: ${(error as Error).message}`,
      };
    }
    const { boot, namespace } = hereAndNow();
    if (document.boot !== boot) return { changes: [] };
    if (document.namespace !== namespace) {
      return {
        changes: [],
        problem: `the last run was in another network namespace (${document.namespace}); its changes stay there`,
      };
    }
    return { changes: document.changes };
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
