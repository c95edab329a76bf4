/** The log: one JSON document a line on standard output. No payloads, no IKE bodies, no secrets. */
import pino, { type Logger } from 'pino';
import type { LogLevel } from '../config/config.js';
import type { ControlLog } from '../control/log.js';
import { native } from '../native/index.js';
import { LogSink } from './log-sink.js';

export type { Logger } from 'pino';

/** Written at once or not at all ({@link LogSink}), so that the last line before an exit is not lost. Times are ISO 8601 in UTC. */
export function createLog(level: LogLevel): Logger {
  const told = (lost: number) =>
    `${JSON.stringify({ level: 'warn', time: new Date().toISOString(), lost, msg: 'log lines were lost because they could not be written' })}\n`;
  const sink = new LogSink((bytes) => native.writeNow(1, bytes), told);
  process.on('exit', () => sink.end());
  return pino(
    {
      level,
      base: null,
      errorKey: 'error',
      serializers: { error: pino.stdSerializers.err },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => sink.write(line) },
  );
}

/**
 * The log for events that clients can cause at will: at most one line per message and interval, with the number of
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
