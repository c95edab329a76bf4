/** The real daemon where the disk, the log or the state directory fails, in namespaces of its own: mounts and network. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../../bin', import.meta.url));

/** A full file system, a daemon, and commands for it. The daemon and its children end with the script. */
const PRELUDE = `
set -eu
mount --make-rprivate /
mount -t tmpfs -o size=400k,mode=700 none "$PWD"
cd "$PWD"
ip link set lo up
mkdir state; chmod 700 state; set +e
cat >relay.toml <<END
[relay]
addresses = ["198.18.9.9"]
[control]
socket = "$PWD/socket"
[state]
directory = "$PWD/state"
END
fill() { dd if=/dev/zero of=filler bs=1k count=400 2>/dev/null; true; }
relay() { timeout 10 ${BIN}/ipsec-relay --socket socket "$@" 2>&1; echo "status $?"; }
add() { relay sa add --dst 198.18.9.9 --spi "$1" --to 198.18.2.2 "\${@:2}"; }
ready() { for _ in $(seq 100); do [ -S socket ] && return; sleep 0.1; done; echo "not ready"; }
finish() { kill "$daemon"; wait "$daemon"; echo "ended $?"; cat /proc/sys/net/ipv4/ip_forward; }
`;

describe('daemon: faults of disk, log and state directory', function () {
  this.timeout(60_000);
  let directory: string;

  before(function () {
    if (process.getuid!() !== 0) this.skip();
  });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'faults-'));
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  /** @returns the lines that the script prints */
  function run(script: string): string[] {
    const words = [
      '--mount',
      '--net',
      '--pid',
      '--fork',
      '--kill-child',
      '--mount-proc',
      'bash',
      '-c',
      `cd ${directory}; ${PRELUDE}${script}`,
    ];
    const { stdout, stderr } = spawnSync('unshare', words, {
      encoding: 'utf8',
      timeout: 50_000,
      killSignal: 'SIGKILL',
    });
    assert.equal(stderr, '');
    return stdout.trimEnd().split('\n');
  }

  it('a full disk refuses the change, with path and reason, and nothing else', () => {
    const lines = run(`
      ${BIN}/ipsec-relayd --config relay.toml >/dev/null & daemon=$!; ready
      add 0xaaaa0001 --to-spi 0x22220001
      fill
      for i in $(seq 1 40); do last=$(add $((0xbb000000 + i)) --to-spi $((0xcc000000 + i))); [[ $last == *'status 0' ]] || break; done
      echo "$last"
      relay status | tail -n 1
      rm filler
      add 0xaaaa0003 --to-spi 0x22220003 | tail -n 1
      finish`);
    assert.equal(lines[1], 'status 0');
    assert.match(
      lines[2]!,
      /^ipsec-relay: the store \/.*\/state\/store cannot take the change: the disk is full; make room; nothing was changed$/,
    );
    assert.deepEqual(lines.slice(3), ['status 1', 'status 0', 'status 0', 'ended 0', '0']);
  });

  it('so does it to an SA that ends: it ends when there is room again', () => {
    const lines = run(`
      ${BIN}/ipsec-relayd --config relay.toml >log & daemon=$!; ready
      add 0xaaaa0001 --lifetime 8 | tail -n 1
      fill
      for n in 32 16 8 4 2 1; do
        seq $n | sed 's/.*/--dst 198.18.9.9 --spi auto --to 198.18.2.2/' | relay sa add --file - >/dev/null
      done
      for i in $(seq 2 40); do last=$(relay sa delete $i); [[ $last == *'status 0' ]] || break; done
      echo "$last" | tail -n 1
      sleep 8
      relay sa show 1 | tail -n 1
      rm filler; sleep 2
      relay sa show 1 | tail -n 1
      finish`);
    assert.deepEqual(lines, ['status 0', 'status 1', 'status 0', 'status 1', 'ended 0', '0']);
  });

  it('a log that cannot be written, or that is not read, keeps nothing waiting', () => {
    const lines = run(`
      ${BIN}/ipsec-relayd --config relay.toml >/dev/full & daemon=$!; ready
      add 0xaaaa0001 --to-spi 0x22220001 | tail -n 1; relay reload | tail -n 1; relay stop | tail -n 1
      wait $daemon; echo "ended $?"
      mkfifo pipe; sleep 30 <>pipe &
      sed -i 's/END//; $a [log]\\nlevel = "debug"' relay.toml
      ${BIN}/ipsec-relayd --config relay.toml >pipe & daemon=$!; ready
      seq 1 3000 | sed 's/.*/--dst 198.18.9.9 --spi auto --to 198.18.2.2/' >sas
      for i in 1 2 3; do relay sa add --file sas | tail -n 1; done
      relay reload | tail -n 1
      finish`);
    assert.deepEqual(lines.slice(0, 4), ['status 0', 'status 0', 'status 0', 'ended 0']);
    assert.deepEqual(lines.slice(-3), ['status 0', 'ended 0', '0']);
  });

  it('a disk that is full at the start is named, and nothing is left', () => {
    const lines = run(`
      fill
      timeout 10 ${BIN}/ipsec-relayd --config relay.toml 2>&1; echo "ended $?"; ls state; cat /proc/sys/net/ipv4/ip_forward; ip link show iprelay0 2>&1`);
    assert.match(
      lines[0]!,
      /^ipsec-relayd: the (store|state directory) .* (cannot be made|cannot be used): the disk is full; make room$/,
    );
    assert.deepEqual(lines.slice(1), ['ended 1', 'lock', '0', 'Device "iprelay0" does not exist.']);
  });

  it('a process without descriptors says so', () => {
    const lines = run(
      `ulimit -n 60; timeout 10 ${BIN}/ipsec-relayd --config relay.toml 2>&1; echo "ended $?"`,
    );
    assert.deepEqual(lines, [
      'ipsec-relayd: it cannot be started: there are no file descriptors left to load its modules; raise the limit (ulimit -n 1024)',
      'ended 1',
    ]);
  });

  for (const [kind, fault] of [
    ['an exception that nothing catches', 'throw new Error("planted")'],
    ['a rejection that nothing handles', 'void Promise.reject(new Error("planted"))'],
  ]) {
    it(`${kind} ends the process at once, workers included, and leaves the host as it was`, () => {
      const lines = run(`
        echo 'process.on("SIGUSR2", () => { ${fault}; });' >fault.mjs
        NODE_OPTIONS="--import $PWD/fault.mjs" ${BIN}/ipsec-relayd --config relay.toml >log & daemon=$!; ready
        cat /proc/sys/net/ipv4/ip_forward
        kill -USR2 $daemon
        for _ in $(seq 50); do [ -e /proc/$daemon ] || break; sleep 0.1; done; [ -e /proc/$daemon ] && echo 'it still runs'
        wait $daemon; echo "ended $?"; cat /proc/sys/net/ipv4/ip_forward; ip link show iprelay0 2>&1
        grep '"fatal"' log | grep -o '"msg".*'`);
      assert.deepEqual(lines, [
        '1',
        'ended 1',
        '0',
        'Device "iprelay0" does not exist.',
        '"msg":"ipsec-relayd cannot go on: planted"}',
      ]);
    });
  }

  it('SIGTERM ends a start that hangs', () => {
    const lines = run(`
      mkdir bin; printf '#!/bin/sh\necho >>'$PWD'/called; exec sleep 60' >bin/ip; chmod +x bin/ip
      PATH=$PWD/bin:$PATH ${BIN}/ipsec-relayd --config relay.toml >log & daemon=$!
      for _ in $(seq 100); do [ -e called ] && break; sleep 0.1; done
      kill "$daemon"; wait "$daemon" 2>/dev/null; echo "ended $?"
      grep -o '"the daemon did not go down in time' log; cat /proc/sys/net/ipv4/ip_forward`);
    assert.deepEqual(lines, ['ended 137', '"the daemon did not go down in time', '0']);
  });

  it('a refusal ends the process also where nobody reads it, or its disk is full', () => {
    const lines = run(`
      mkfifo pipe; sleep 30 <>pipe & exec 7>pipe; fill; dd if=/dev/zero bs=4096 count=16 of=/proc/self/fd/7 2>/dev/null
      for to in /dev/full /proc/self/fd/7; do
        timeout 5 ${BIN}/ipsec-relayd --config none.toml 2>$to; echo "ended $?"
        timeout 5 ${BIN}/ipsec-relayd --config relay.toml >$to 2>$to; echo "ended $?"
        timeout 5 ${BIN}/ipsec-relayd --bogus 2>$to; echo "ended $?"
      done
      timeout 5 ${BIN}/ipsec-relayd --check --config relay.toml 2>&1 >/dev/full; echo "ended $?"
      ip link show iprelay0 2>&1`);
    const each = ['ended 1', 'ended 1', 'ended 2'];
    assert.deepEqual(lines.slice(0, 6), [...each, ...each]);
    assert.deepEqual(lines.slice(6), [
      'ipsec-relayd: relay.toml is valid, but standard output takes no answer',
      'ended 1',
      'Device "iprelay0" does not exist.',
    ]);
  });

  it('a state directory that others may write to is refused, and nothing is changed on the host', () => {
    const lines = run(`
      chmod 777 state
      timeout 10 ${BIN}/ipsec-relayd --config relay.toml 2>&1 | sed "s#$PWD##g"; ls state
      chmod 700 state; chown 65534 state
      timeout 10 ${BIN}/ipsec-relayd --config relay.toml 2>&1 | sed "s#$PWD##g"; ls state
      cat /proc/sys/net/ipv4/ip_forward`);
    assert.deepEqual(lines, [
      'ipsec-relayd: others may write to the state directory /state (mode 0777), and the daemon trusts its contents; protect it (chmod 0700 /state)',
      "ipsec-relayd: the state directory /state belongs to user 65534; it must belong to root or to the daemon's own user (chown root /state)",
      '0',
    ]);
  });

  it('a journal that root must not follow is reported and not undone', () => {
    const journal = (changes: string) =>
      `printf '{"format":"ipsec-relay-host","version":1,"boot":"%s","namespace":"%s","changes":%s}' "$(cat /proc/sys/kernel/random/boot_id)" "$(readlink /proc/self/ns/net)" '${changes}' >state/host.json`;
    const start = `timeout -s TERM 3 ${BIN}/ipsec-relayd --config relay.toml | grep -o 'left by a former run: .*"' | sed "s#$PWD##"`;
    const lines = run(`
      echo 2 >target
      ${journal(`[{"step":{"kind":"sysctl","key":"../..$PWD/target","value":"2"},"before":"1"}]`)}
      ${start}
      echo null >state/host.json
      ${start}
      ln -sf ../target state/host.json
      ${start}
      cat target`);
    assert.deepEqual(lines, [
      'left by a former run: /state/host.json cannot be read, so the changes that it lists stay: changes.0.step.key is not as ipsec-relayd writes it"',
      'left by a former run: /state/host.json cannot be read, so the changes that it lists stay: the document is not as ipsec-relayd writes it"',
      'left by a former run: /state/host.json cannot be read, so the changes that it lists stay: it is a symbolic link"',
      '2',
    ]);
  });
});
