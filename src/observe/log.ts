/** The log: one JSON document a line on standard output. No payloads, no IKE bodies, no secrets. */
import pino, { type Logger } from 'pino';
import type { LogLevel } from '../config/config.js';
import type { ControlLog } from '../control/log.js';

export type { Logger } from 'pino';

/** Written synchronously, so that the last line before an exit is not lost. Times are ISO 8601 in UTC. */
export function createLog(level: LogLevel): Logger {
  return pino(
    {
      level,
      base: null,
      errorKey: 'error',
      serializers: { error: pino.stdSerializers.err },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ fd: 1, sync: true }),
  );
}

/**
 * The log for what clients can bring about at will: at most one line per message and interval, with the number of
 * lines left out before it.
 */
export function limitedLog(log: Logger, limiter = new OncePerInterval()): ControlLog {
  const write = (level: 'info' | 'warn' | 'error') => (fields: object, message: string) =>
    limiter.run(message, (suppressed) =>
      log[level]({ ...fields, ...(suppressed > 0 && { suppressed }) }, message),
    );
  return { info: write('info'), warn: write('warn'), error: write('error') };
}

/** Lets at most one line per reason and interval into the log. Reasons come from a fixed set: they are kept for ever. */
export class OncePerInterval {
  readonly #intervalMs: number;
  readonly #now: () => number;
  readonly #reasons = new Map<string, { since: number; suppressed: number }>();

  /** @param now a monotonic clock, in milliseconds */
  constructor(intervalMs = 10_000, now = () => performance.now()) {
    this.#intervalMs = intervalMs;
    this.#now = now;
  }

  /**
   * Calls `write` unless it was called for this reason within the interval.
   * Its argument is how many times it was not called since then.
   */
  run(reason: string, write: (suppressed: number) => void): void {
    const now = this.#now();
    const state = this.#reasons.get(reason);
    if (state && now - state.since < this.#intervalMs) {
      state.suppressed++;
      return;
    }
    this.#reasons.set(reason, { since: now, suppressed: 0 });
    write(state?.suppressed ?? 0);
  }
}
