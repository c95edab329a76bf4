/** The command line's grammar. */
import { Command, CommanderError } from 'commander';
import { SA_WORDS } from '../control/sa-words.js';
import { usageSentence } from '../control/usage.js';
import { VERSION } from '../control/version.js';
import { canonicalAddress, WordError } from '../control/words.js';
import * as commands from './commands.js';
import { runEndpoint } from './endpoint.js';

const DEFAULT_SOCKET = '/run/ipsec-relay/control.sock';

/** @throws WordError when the command line makes no sense, and any error of the command itself */
export async function run(argv: readonly string[]): Promise<void> {
  const program = buildProgram();
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw new WordError(usageSentence(error.message, 'ipsec-relay'));
  }
}

function buildProgram(): Command {
  const program = new Command('ipsec-relay')
    .description('Ask and direct ipsec-relayd, the keyless IPsec relay.')
    .usage('[--socket PATH] [--json] [--timeout SECONDS] COMMAND')
    .option('--socket <PATH>', 'control socket of the daemon', DEFAULT_SOCKET)
    .option('--json', 'answer in JSON')
    .option('--timeout <SECONDS>', 'how long the daemon may take over an answer', parseTimeout, 30)
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  program.addHelpText('beforeAll', ({ error, command }) => {
    if (error)
      throw new WordError(`a command is missing: ${commandNames(command)} (see ${fullName(command)} --help)`);
    return '';
  });
  const global = () => program.opts<commands.GlobalOptions>();

  program
    .command('status')
    .description('version, uptime, attachment, workers, verdict counters')
    .option('-v, --verbose', 'every verdict, also those that did not occur')
    .action((options: { verbose?: boolean }) => commands.status(global(), options));
  program
    .command('endpoint')
    .description(
      'be an ESP endpoint with keys, in the foreground: ipsec-relayd with a configuration that has [endpoint]',
    )
    .requiredOption('--config <FILE>', 'configuration')
    .option('--check', 'check the configuration and exit')
    .action(({ config, check = false }: { config: string; check?: boolean }) => runEndpoint(config, check));
  buildSaCommands(program.command('sa').description('the SAs that the daemon holds'), global);
  buildConnectionCommands(
    program.command('connection').description('first and second computers, joined: the SAs of one name'),
    global,
  );
  buildSecondCommands(
    program.command('second').description('the computers that accept key exchanges'),
    global,
  );
  program
    .command('service')
    .description('the addresses that firsts connect to')
    .command('list')
    .description('a line for each service')
    .action(() => commands.listServices(global()));
  program
    .command('monitor')
    .description('a line per event, until interrupted')
    .action(() => commands.monitor(global()));
  program
    .command('reload')
    .description('read the configuration file again')
    .action(() => commands.reload(global()));
  program
    .command('stop')
    .description('stop the daemon, and wait for its end')
    .action(() => commands.stop(global()));
  return program;
}

function buildSaCommands(sa: Command, global: () => commands.GlobalOptions): void {
  const add = sa.command('add').description('add one SA, or those of a file');
  for (const [word, { value, help }] of Object.entries(SA_WORDS)) {
    add.option(value === undefined ? `--${word}` : `--${word} <${value}>`, help);
  }
  add
    .option('--file <FILE|->', 'add many: one SA a line, in these same words; # starts a comment')
    .option('--replace', 'an SA with the same match takes the new words, and keeps its id and counters')
    .action(({ replace = false }: { replace?: boolean }, command: Command) => {
      const words = givenWords(command);
      const file = words.get('file');
      if (file === undefined) return commands.addSa(global(), words, replace);
      if (words.size > 1) throw new WordError('--file stands alone: the file holds the words of each SA');
      return commands.addSasOfFile(global(), file, replace);
    });
  sa.command('list')
    .description('every SA, those of a connection together')
    .action(() => commands.listSas(global()));
  sa.command('show')
    .description('everything about one SA')
    .argument('<ID>', 'as in sa list')
    .action((id: string) => commands.showSa(global(), parseId(id)));
  sa.command('delete')
    .description('delete one SA, or those of a name')
    .argument('[ID]', 'as in sa list')
    .option('--name <NAME>', 'every SA of this name')
    .action((id: string | undefined, { name }: { name?: string }) => {
      if ((id === undefined) === (name === undefined)) {
        throw new WordError('sa delete takes either an ID or --name NAME');
      }
      return commands.deleteSas(global(), id === undefined ? { name: name! } : { id: parseId(id) });
    });
  sa.command('flush')
    .description('delete every SA but those of the configuration file')
    .action(() => commands.flushSas(global()));
}

function buildConnectionCommands(connection: Command, global: () => commands.GlobalOptions): void {
  connection
    .command('list')
    .description('a line for each connection')
    .option('--second <NAME>', 'only those that lead to this second')
    .option('--service <NAME>', 'only those of this service')
    .option('--state <STATE>', 'only those in this state: half-open, established or idle', parseState)
    .action((wanted: { second?: string; service?: string; state?: string }) =>
      commands.listConnections(global(), wanted),
    );
  connection
    .command('show')
    .description('everything about one connection')
    .argument('<ID>', 'as in connection list')
    .action((id: string) => commands.showConnection(global(), parseId(id, 'connection')));
  connection
    .command('delete')
    .description('delete a connection with all of its SAs')
    .argument('<ID>', 'as in connection list')
    .action((id: string) => commands.deleteConnection(global(), parseId(id, 'connection')));
}

function buildSecondCommands(second: Command, global: () => commands.GlobalOptions): void {
  second
    .command('list')
    .description('a line for each second')
    .action(() => commands.listSeconds(global()));
  second
    .command('set')
    .description('change a second until the configuration says otherwise')
    .argument('<NAME>', 'as in second list')
    .option('--address <ADDR...>', 'its addresses, at most one of each family; its connections follow')
    .option('--weight <N>', 'its share of new connections', parseWeight)
    .option('--drain', 'no new connections; established ones go on')
    .option('--undrain', 'new connections again')
    .action((name: string, { address, weight, drain, undrain }: SecondOptions) => {
      if (drain && undrain) throw new WordError('--drain and --undrain: give one of the two');
      if (address === undefined && weight === undefined && !drain && !undrain)
        throw new WordError('second set takes --address, --weight, --drain or --undrain');
      return commands.setSecond(global(), {
        name,
        ...(address && { addresses: address.map(canonicalAddress) }),
        ...(weight !== undefined && { weight }),
        ...(drain && { draining: true }),
        ...(undrain && { draining: false }),
      });
    });
}

interface SecondOptions {
  readonly address?: readonly string[];
  readonly weight?: number;
  readonly drain?: boolean;
  readonly undrain?: boolean;
}

function parseWeight(text: string): number {
  const weight = /^[0-9]{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (weight <= 1_000_000) return weight;
  throw new WordError(`--weight: ${JSON.stringify(text)} is no weight: write a whole number up to 1000000`);
}

/** The options about the SA or the file that were given, by their names without dashes; a flag is `true`. */
function givenWords(command: Command): Map<string, string> {
  const words = new Map<string, string>();
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    if (typeof value === 'string') words.set(option.name(), value);
    else if (value === true && Object.hasOwn(SA_WORDS, option.name())) words.set(option.name(), 'true');
  }
  return words;
}

function parseTimeout(text: string): number {
  const seconds = /^[0-9]{1,5}(\.[0-9]+)?$/.test(text) ? Number(text) : 0;
  if (seconds === 0) {
    throw new WordError(`--timeout: ${JSON.stringify(text)} is no time: write seconds, such as 5 or 0.5`);
  }
  return seconds;
}

const STATES = ['half-open', 'established', 'idle'];

function parseState(text: string): string {
  if (STATES.includes(text)) return text;
  throw new WordError(
    `--state: ${JSON.stringify(text)} is no state of a connection: write half-open, established or idle`,
  );
}

function parseId(text: string, what: 'SA' | 'connection' = 'SA'): number {
  const id = /^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : 0;
  if (!Number.isSafeInteger(id) || id === 0) {
    throw new WordError(
      what === 'SA'
        ? `${JSON.stringify(text)} is not the id of an SA: write a number that sa list shows`
        : `${JSON.stringify(text)} is not the id of a connection: write a number that connection list shows`,
    );
  }
  return id;
}

function commandNames(command: Command): string {
  const names = command.commands.map((subcommand) => subcommand.name());
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}
