/** What of a configuration may change while the daemon runs. */
import { formatPrefix } from '../wire/address.js';
import type { Config } from './config.js';

/** The keys that differ between two configurations and take effect only at a start. */
export function restartKeys(now: Config, next: Config): string[] {
  const before = fixedValues(now);
  const after = fixedValues(next);
  return Object.keys({ ...before, ...after }).filter((key) => before[key] !== after[key]);
}

function fixedValues(config: Config): Record<string, unknown> {
  const { role, control, state } = config;
  return {
    [`[${role}] addresses`]: config.addresses.map(formatPrefix).join(' '),
    ...(config.role === 'edge' && { '[edge] relays': config.relays.map(formatPrefix).join(' ') }),
    [`[${role}] interface`]: config.interface,
    [`[${role}] workers`]: config.workers,
    [`[${role}] max-sas`]: config.maxSas,
    [`[${role}] lookup`]: config.lookup,
    [`[${role}] mtu`]: config.mtu,
    '[control] socket': control.socket,
    '[control] group': control.group,
    '[state] directory': state.directory,
  };
}
