/** ipsec-relayd: the daemon's command line. Exit status: 0 done, 1 refused or failed, 2 usage. */
import { Command, CommanderError, Option } from 'commander';
import { type Config, ConfigError, ROLES } from '../config/config.js';
import { type EndpointConfig, loadAnyConfig } from '../config/endpoint.js';
import { exchangeNotes } from '../config/exchange.js';
import { boundedSentence } from '../control/sentence.js';
import { usageSentence } from '../control/usage.js';
import { VERSION } from '../control/version.js';
import { createLog } from '../observe/log.js';
import { checkSas, Daemon } from './daemon.js';
import { EndpointDaemon, endpointKeys } from './endpoint-daemon.js';
import { Lifecycle } from './lifecycle.js';
import { Notifier } from './notify.js';
import { say } from './say.js';

const DEFAULT_CONFIG = '/etc/ipsec-relay/relay.toml';

const program = new Command('ipsec-relayd')
  .description(
    'Relays IPsec without keys: the daemon. It stays in the foreground; ipsec-relay(8) controls it.',
  )
  .option('--config <FILE>', 'configuration', DEFAULT_CONFIG)
  .option('--check', 'check the configuration and exit')
  .addOption(new Option('--role <ROLE>', 'refuse the configuration of another role').choices(ROLES))
  .version(VERSION, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this help')
  .allowExcessArguments(false)
  .configureOutput({ outputError: () => {} })
  .exitOverride();

try {
  program.parse();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  if (error.exitCode === 0) process.exit(0);
  const sentence =
    error.code === 'commander.excessArguments'
      ? 'a word stands alone on the command line; name the configuration with --config FILE'
      : usageSentence(error.message, 'ipsec-relayd');
  say(2, `ipsec-relayd: ${boundedSentence(sentence)}\n`);
  process.exit(2);
}
const {
  config: path,
  check = false,
  role,
} = program.opts<{ config: string; check?: boolean; role?: string }>();

try {
  const config = loadAnyConfig(path);
  if (role !== undefined && role !== config.role) {
    throw new Error(`${path}: it has [${config.role}], and this is for [${role}]`);
  }
  if (check) {
    const refusal = config.role === 'endpoint' ? checkEndpoint(config) : checkSas(config);
    if (refusal !== undefined) throw new Error(`${path}: ${refusal}`);
    const notes = config.role === 'relay' ? exchangeNotes(config.exchange) : [];
    if (!say(1, [`${path} is valid`, ...notes, ''].join('\n')))
      throw new Error(`${path} is valid, but standard output takes no answer`);
  } else {
    process.exit(await run(config));
  }
} catch (error) {
  const sentences = error instanceof ConfigError ? error.problems : [(error as Error).message];
  for (const sentence of sentences) say(2, `ipsec-relayd: ${boundedSentence(sentence)}\n`);
  process.exit(1);
}

/** The keys are part of it. @throws Error when they cannot be had */
function checkEndpoint(config: EndpointConfig): undefined {
  endpointKeys(config);
}

async function run(config: Config | EndpointConfig): Promise<number> {
  const log = createLog(config.log.level);
  const life = new Lifecycle(log, new Notifier());
  const starting: Promise<Daemon | EndpointDaemon> =
    config.role === 'endpoint' ? EndpointDaemon.start(config, life) : Daemon.start(config, life);
  // A daemon that is told to stop during its start finishes the start and then stops, so that its changes of the host are undone.
  const whenUp = (use: (daemon: Daemon | EndpointDaemon) => void) => () => void starting.then(use, () => {});
  const stop = whenUp((daemon) => daemon.stop());
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      life.limitEnd(); // also where the start never ends
      stop();
    });
  process.on(
    'SIGHUP',
    whenUp((daemon) => daemon.reload().catch((error: Error) => log.error(error.message))),
  );
  // A write beyond a limit then fails, and does not end the process.
  process.on('SIGXFSZ', () => {});
  process.on('uncaughtException', (error) => {
    log.error({ error }, 'this is a fault of ipsec-relayd; please report it');
    life.fail(`ipsec-relayd cannot go on: ${error.message}`);
  });
  await starting;
  return life.ended;
}
