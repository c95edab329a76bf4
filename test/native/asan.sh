#!/bin/bash
# Runs the addon's tests on its AddressSanitizer and UndefinedBehaviorSanitizer build, and fails on any
# report. Leaks are not looked for: node leaves some at exit.
set -euo pipefail
cd "$(dirname "$0")/../.."

make --no-print-directory -C native asan
reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT

# The runtime must come before node's own symbols; the reports go to files, as tests swallow the output
# of the processes that they start.
export IPSEC_RELAY_ADDON ASAN_OPTIONS UBSAN_OPTIONS
IPSEC_RELAY_ADDON=$PWD/native/build/asan/ipsec_relay.node
ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:disable_coredump=1:log_path=$reports/address
UBSAN_OPTIONS=print_stacktrace=1:abort_on_error=1:log_path=$reports/undefined
runtime=$(cc -print-file-name=libasan.so)
status=0
LD_PRELOAD=$runtime node node_modules/mocha/bin/mocha.js --timeout 60000 \
  'dist/test/native/**/*.test.js' 'dist/test/attachment/tun/*.test.js' || status=$?

if compgen -G "$reports/*" >/dev/null; then
  cat "$reports"/* >&2
  echo "asan.sh: the sanitizers reported errors (above)" >&2
  exit 1
fi
exit "$status"
