/** Changes of a daemon's SAD without end, and the SAs that must be there once it was killed among them. */
import assert from 'node:assert/strict';
import { ControlClient, ControlError } from '../../src/control/client.js';
import type { SaRequest } from '../../src/control/handler.js';
import { messages } from '../../src/control/message.js';

/** Requests on their way at the same time. */
const IN_FLIGHT = 8;
const MAX_BULK = 20;

/** One request: SAs to add, all or none of them, or one to delete. */
interface Change {
  readonly add: readonly SaRequest[];
  readonly remove: number | undefined;
}

export interface SadChangesOptions {
  readonly socket: string;
  /** Relay address of the SAs that are made. */
  readonly dst: string;
  /** Where they lead; an edge's need not say. */
  readonly to?: string;
  /** Random 32-bit numbers. */
  readonly next: () => number;
}

export class SadChanges {
  /** Acknowledged: each SA that must be there, by id. */
  #ledger = new Map<number, string>();
  readonly #unacknowledged = new Set<Change>();
  readonly #permanent: ReadonlySet<number>;
  readonly #options: SadChangesOptions;
  #spi = 0x10000000;
  /** Requests that were acknowledged. */
  acknowledged = 0;

  private constructor(options: SadChangesOptions, ledger: Map<number, string>) {
    this.#options = options;
    this.#ledger = ledger;
    this.#permanent = new Set(ledger.keys());
  }

  /** Leaves the SAs alone that are there now. */
  static async begin(options: SadChangesOptions): Promise<SadChanges> {
    return new SadChanges(options, await listed(options.socket));
  }

  /** Ends when the daemon does. */
  async run(): Promise<void> {
    const client = await ControlClient.connect(this.#options.socket);
    await Promise.all(Array.from({ length: IN_FLIGHT }, () => this.#runOne(client)));
    client.close();
  }

  /**
   * Compares the daemon's SAs with the changes that it has acknowledged. A change on its way may have been done or not;
   * from now on it counts as it is.
   */
  async verify(): Promise<void> {
    const there = await listed(this.#options.socket);
    for (const [id, sa] of this.#ledger) assert.equal(there.get(id), sa, `acknowledged SA ${id}`);
    const optional = new Set<number>();
    for (const { add, remove } of this.#unacknowledged) {
      if (remove !== undefined) optional.add(remove);
      const wanted = new Set(add.map(inWords));
      const done = [...there].filter(([, sa]) => wanted.has(sa));
      assert.ok(
        [0, wanted.size].includes(done.length),
        `${done.length} of ${wanted.size} SAs of one request`,
      );
      for (const [id] of done) optional.add(id);
    }
    const unexpected = [...there].filter(([id]) => !this.#ledger.has(id) && !optional.has(id));
    assert.deepEqual(unexpected, [], 'SAs that were deleted, or never asked for');
    this.#ledger = there;
    this.#unacknowledged.clear();
  }

  async #runOne(client: ControlClient): Promise<void> {
    for (;;) {
      const change = this.#choose();
      this.#unacknowledged.add(change);
      try {
        await this.#carryOut(client, change);
      } catch (error) {
        if (error instanceof ControlError) return;
        throw error;
      }
      this.#unacknowledged.delete(change);
      this.acknowledged++;
    }
  }

  /** An SA to be deleted is in doubt from now on. */
  #choose(): Change {
    const { next, dst, to } = this.#options;
    const deletable = [...this.#ledger.keys()].filter((id) => !this.#permanent.has(id));
    if (deletable.length > 0 && next() % 5 < 2) {
      const remove = deletable[next() % deletable.length]!;
      this.#ledger.delete(remove);
      return { add: [], remove };
    }
    const count = next() % 3 === 0 ? 1 + (next() % MAX_BULK) : 1;
    const toSpiChoice = messages.SaRequest.SpiChoice.VALUE;
    const add = Array.from({ length: count }, (): SaRequest => {
      const spi = this.#spi++;
      const words = { name: `sa-${spi}`, dst, spi, toSpiChoice, toSpi: spi + 0x10000000 };
      return to === undefined ? words : { ...words, to };
    });
    return { add, remove: undefined };
  }

  async #carryOut(client: ControlClient, { add, remove }: Change): Promise<void> {
    if (remove !== undefined) {
      assert.equal(await client.deleteSas({ id: remove }), 1);
      return;
    }
    const added = await client.addSas([...add]);
    for (const [i, { id }] of added.entries()) this.#ledger.set(id, inWords(add[i]!));
  }
}

async function listed(socket: string): Promise<Map<number, string>> {
  const client = await ControlClient.connect(socket);
  const there = new Map<number, string>();
  for await (const page of client.listSas()) for (const sa of page) there.set(sa.id, inWords(sa));
  client.close();
  return there;
}

function inWords({ name, dst, spi, toSpi }: SaRequest): string {
  return `${name} ${dst} ${spi} ${toSpi}`;
}
