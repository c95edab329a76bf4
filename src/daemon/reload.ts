/** The parts of a configuration that may change while the daemon runs. */
import type { Config } from '../config/config.js';

/** The keys, named as in the file before, that differ between two configurations and take effect only at a start. */
export function restartKeys(now: Config, next: Config): string[] {
  if (now.role !== next.role) return [`the role ([${now.role}])`];
  const before = fixedValues(now);
  const after = fixedValues(next);
  return Object.keys(before).filter((key) => before[key] !== after[key]);
}

function fixedValues(config: Config): Record<string, unknown> {
  const { role, control, state, fragments, icmp } = config;
  return {
    [`[${role}] interface`]: config.interface,
    [`[${role}] workers`]: config.workers,
    [`[${role}] max-sas`]: config.maxSas,
    [`[${role}] lookup`]: config.lookup,
    [`[${role}] udp6-zero-checksum`]: config.udp6ZeroChecksum,
    ...(config.role === 'relay' && {
      '[relay] shared-address': config.sharedAddress,
      '[relay] spi-filter': config.spiFilter,
      '[exchange] stranger-rate': config.exchange.strangerRate,
      '[relay] fast-path': config.fastPath,
      '[exchange] ports': config.exchange.settings.ports.join('-'),
    }),
    '[fragments] memory': fragments.memory,
    '[fragments] timeout': fragments.timeout,
    '[fragments] datagrams': fragments.datagrams,
    '[fragments] rate': fragments.rate,
    '[icmp] rate': icmp.rate,
    '[icmp] translate-rate': icmp.translateRate,
    '[control] socket': control.socket,
    '[control] group': control.group,
    '[state] directory': state.directory,
  };
}
