#!/usr/bin/env bash
# guest.sh NAME COMMAND…: runs a shell command in the running guest NAME (first or second), in the checkout's directory.
# The exit status is the command's. On a terminal the output is shown as it comes, and Ctrl-C interrupts the command.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root_and_settings
(($# >= 2)) || die "usage: guest.sh NAME COMMAND… (NAME: ${GUESTS[*]})"
[[ " ${GUESTS[*]} " == *" $1 "* ]] || die "there is no guest '$1': use one of ${GUESTS[*]}"

guest=$1
shift
guest_submit "$guest" "$*"
files=$(guest_directory "$guest")/jobs/$JOB
trap 'rm -f "$files".*' EXIT
trap 'guest_signal "$guest" INT "$JOB"' INT
trap 'guest_signal "$guest" TERM "$JOB"' TERM
if [[ -t 1 ]]; then
  tail -n +1 -q -f -s 0.1 --pid=$$ "$files.out" "$files.err" 2>/dev/null &
  guest_wait "$guest" "$JOB" 86400
  status=$?
  pause 0.2 # the last lines
  exit "$status"
fi
guest_wait "$guest" "$JOB"
status=$?
cat "$files.out"
cat "$files.err" >&2
exit "$status"
