/**
 * For sa-store.test.ts to kill: commits adds and deletes without end, and announces each on standard
 * output: "+ID" before an add, "-ID" before a delete, "ok" when all said so far is durable.
 */
import { SaStore } from '../../src/daemon/sa-store.js';
import { exampleSa } from './stored-sa.js';

const store = await SaStore.open(process.argv[2]!);
const live = store.all().map(({ id }) => id);
let { nextId } = store;
for (;;) {
  const put = Array.from({ length: 1 + Math.floor(Math.random() * 20) }, () => exampleSa(nextId++));
  const remove = live.splice(0, Math.random() < 0.5 ? 0 : Math.floor(Math.random() * 20));
  live.push(...put.map(({ id }) => id));
  process.stdout.write(`${[...put.map(({ id }) => `+${id}`), ...remove.map((id) => `-${id}`)].join('\n')}\n`);
  await store.commit({ put, remove, nextId });
  process.stdout.write('ok\n');
}
