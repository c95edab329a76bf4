/** Tells the service manager how the daemon is: sd_notify(3). Without NOTIFY_SOCKET nothing is sent. */
import { native } from '../native/index.js';

export class Notifier {
  readonly #socket: string | undefined;
  readonly #watchdogMs: number | undefined;
  #watchdog: NodeJS.Timeout | undefined;

  /** Takes NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID out of the environment, so that children do not inherit them. */
  constructor(environment: NodeJS.ProcessEnv = process.env) {
    this.#socket = environment['NOTIFY_SOCKET'] || undefined;
    const microseconds = Number(environment['WATCHDOG_USEC']);
    const pid = environment['WATCHDOG_PID'];
    if (microseconds > 0 && (pid === undefined || Number(pid) === process.pid)) {
      this.#watchdogMs = Math.max(1, Math.floor(microseconds / 2000)); // twice in each interval, as systemd advises
    }
    for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete environment[name];
  }

  /** The daemon serves; from now on the watchdog, if there is one, is kept alive by the event loop. */
  ready(status: string): void {
    this.#send('READY=1', `STATUS=${status}`);
    if (this.#watchdogMs === undefined || this.#watchdog) return;
    this.#watchdog = setInterval(() => this.#send('WATCHDOG=1'), this.#watchdogMs).unref();
  }

  /** A reload begins; {@link ready} ends it. */
  reloading(): void {
    this.#send('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
  }

  stopping(): void {
    clearInterval(this.#watchdog);
    this.#send('STOPPING=1');
  }

  /** One line for `systemctl status`. */
  status(text: string): void {
    this.#send(`STATUS=${text}`);
  }

  /** A service manager that does not listen is no reason to fail. */
  #send(...lines: string[]): void {
    if (this.#socket === undefined) return;
    try {
      native.unixDatagramSend(this.#socket, Buffer.from(lines.join('\n')));
    } catch {
      // The manager is gone or its queue is full: the service goes on all the same.
    }
  }
}
