#!/usr/bin/env node
/** ipsec-relayd: the entry point. It loads all the rest, so that a process without free descriptors can still say so. */
try {
  await import('./command-line.js');
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason =
    code === 'EMFILE' || code === 'ENFILE'
      ? 'there are no file descriptors left to load its modules; raise the limit (ulimit -n 1024)'
      : message;
  process.stderr.write(`ipsec-relayd: it cannot be started: ${reason}\n`);
  process.exit(1);
}
