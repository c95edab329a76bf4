/** The commands: each asks the daemon and shows the answer. */
import { readFileSync } from 'node:fs';
import { type ConnectionReply, ControlClient, ControlError } from '../control/client.js';
import type { SecondChange } from '../control/handler.js';
import { messages } from '../control/message.js';
import { parseSa } from '../control/sa-words.js';
import { WordError } from '../control/words.js';
import { addSaFile, parseSaFile } from './bulk.js';
import { formatSas } from './format.js';
import { addedJson, connectionJson, eventJson, saJson, secondJson, serviceJson, statusJson } from './json.js';
import { outputStyle, print, printJson } from './output.js';
import { renderAdded, renderAddedCount, renderEvent, renderSa, renderSas, renderStatus } from './render.js';
import {
  renderConnection,
  renderConnections,
  renderSeconds,
  renderServices,
  renderTroubles,
} from './render-connection.js';

/** The options before the command. */
export interface GlobalOptions {
  socket: string;
  json?: boolean;
  /** Seconds that the daemon may take over an answer. */
  timeout: number;
}

async function withClient<T>(options: GlobalOptions, use: (client: ControlClient) => Promise<T>): Promise<T> {
  const client = await ControlClient.connect(options.socket, options.timeout * 1000);
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

export async function status(
  options: GlobalOptions,
  { verbose = false }: { verbose?: boolean },
): Promise<void> {
  const answer = await withClient(options, (client) => client.status());
  if (options.json) await printJson(statusJson(answer));
  else await print(renderStatus(answer, outputStyle(), verbose));
}

/** @param words option words without their dashes, as written */
export async function addSa(
  options: GlobalOptions,
  words: ReadonlyMap<string, string>,
  replace: boolean,
): Promise<void> {
  const request = parseSa(words, (word) => `--${word}`);
  const added = await withClient(options, (client) => client.addSas([request], replace));
  if (options.json) await printJson({ sas: added.map(addedJson) });
  else for (const sa of added) await print(renderAdded(sa));
}

/** @param path `-`: standard input */
export async function addSasOfFile(options: GlobalOptions, path: string, replace: boolean): Promise<void> {
  const file = parseSaFile(path === '-' ? 'standard input' : path, readSaFile(path));
  const added = await withClient(options, (client) => addSaFile(client, file, replace));
  if (options.json) {
    await printJson({ sas: added.map(addedJson) });
    return;
  }
  // Only SPIs that the daemon chose are news.
  for (const [i, sa] of added.entries()) {
    const { spiAuto, toSpiChoice } = file.requests[i]!;
    if (spiAuto || toSpiChoice === messages.SaRequest.SpiChoice.AUTO) await print(renderAdded(sa));
  }
  await print(renderAddedCount(added));
}

function readSaFile(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new WordError(
      `cannot read ${path} (${code}): name a readable file of SAs, or - for standard input`,
    );
  }
}

export async function listSas(options: GlobalOptions): Promise<void> {
  await withClient(options, async (client) => {
    let first = true;
    for await (const page of client.listSas()) {
      if (options.json) {
        await print((first ? '{"sas":[' : ',') + page.map((sa) => JSON.stringify(saJson(sa))).join(','));
      } else {
        await print(page.length === 0 ? 'no SAs\n' : (first ? '' : '\n') + renderSas(page, outputStyle()));
      }
      first = false;
    }
    if (options.json) await print(']}\n');
  });
}

export async function listConnections(
  options: GlobalOptions,
  wanted: { state?: string; service?: string; second?: string },
): Promise<void> {
  const connections: ConnectionReply[] = [];
  const faults = await withClient(options, async (client) => {
    let isFirst = true;
    for await (const page of client.listConnections(wanted)) {
      if (options.json) {
        const texts = page.map((connection) => JSON.stringify(connectionJson(connection)));
        await print((isFirst ? '{"connections":[' : ',') + texts.join(','));
      } else {
        for (const one of page) connections.push(one);
      }
      isFirst = false;
    }
    return options.json ? '' : troubles(client);
  });
  if (options.json) await print(']}\n');
  else if (connections.length === 0) await print(`no connections\n${faults}`);
  else await print(renderConnections(connections, outputStyle()) + faults);
}

/** The troubles that an operator should look at, below a list. */
async function troubles(client: ControlClient): Promise<string> {
  const { exchanges } = await client.status();
  return renderTroubles(exchanges?.troubles ?? [], outputStyle());
}

export async function showConnection(options: GlobalOptions, id: number): Promise<void> {
  const connection = await withClient(options, (client) => client.showConnection(id));
  if (options.json) await printJson(connectionJson(connection));
  else await print(renderConnection(connection, outputStyle()));
}

export async function deleteConnection(options: GlobalOptions, id: number): Promise<void> {
  await showDeleted(options, await withClient(options, (client) => client.deleteConnection(id)));
}

export async function listSeconds(options: GlobalOptions): Promise<void> {
  const [seconds, faults] = await withClient(options, async (client) => [
    await client.listSeconds(),
    await troubles(client),
  ]);
  if (options.json) await printJson({ seconds: seconds.map(secondJson) });
  else if (seconds.length === 0) await print('no seconds; add [[second]] to the configuration\n');
  else await print(renderSeconds(seconds, outputStyle()) + faults);
}

export async function listServices(options: GlobalOptions): Promise<void> {
  const [services, faults] = await withClient(options, async (client) => [
    await client.listServices(),
    await troubles(client),
  ]);
  if (options.json) await printJson({ services: services.map(serviceJson) });
  else if (services.length === 0) await print('no services; add [[service]] to the configuration\n');
  else await print(renderServices(services, outputStyle()) + faults);
}

export async function setSecond(options: GlobalOptions, change: SecondChange): Promise<void> {
  const message = await withClient(options, (client) => client.setSecond(change));
  if (options.json) await printJson({ message });
  else await print(`${message}\n`);
}

export async function showSa(options: GlobalOptions, id: number): Promise<void> {
  const sa = await withClient(options, (client) => client.showSa(id));
  if (options.json) await printJson(saJson(sa));
  else await print(renderSa(sa, outputStyle()));
}

export async function deleteSas(
  options: GlobalOptions,
  which: { id: number } | { name: string },
): Promise<void> {
  await showDeleted(options, await withClient(options, (client) => client.deleteSas(which)));
}

export async function flushSas(options: GlobalOptions): Promise<void> {
  await showDeleted(options, await withClient(options, (client) => client.flushSas()));
}

async function showDeleted(options: GlobalOptions, deleted: number): Promise<void> {
  if (options.json) await printJson({ deleted });
  else await print(`${formatSas(deleted)} deleted\n`);
}

/** Shows events until SIGINT or SIGTERM, or until the daemon has announced its own end. */
export async function monitor(options: GlobalOptions): Promise<void> {
  await withClient(options, async (client) => {
    let over = false;
    const interrupt = () => {
      over = true;
      client.close();
    };
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    // A daemon that does not answer is noticed before the wait for events, which may be long.
    await client.status();
    for await (const event of client.monitor()) {
      if (options.json) await printJson(eventJson(event));
      else await print(renderEvent(event, outputStyle()));
      over ||= event.event === 'stopping';
    }
    if (!over) throw new ControlError('ipsec-relayd closed the connection: look at its log for the reason');
  });
}

export async function reload(options: GlobalOptions): Promise<void> {
  const message = await withClient(options, (client) => client.reload());
  if (options.json) await printJson({ message });
  else await print(`${message}\n`);
}

export async function stop(options: GlobalOptions): Promise<void> {
  await withClient(options, (client) => client.stop());
  if (options.json) await printJson({ message: 'ipsec-relayd has stopped' });
  else await print('ipsec-relayd has stopped\n');
}
