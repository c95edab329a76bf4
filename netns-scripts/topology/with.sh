#!/usr/bin/env bash
# with.sh COMMAND…: raises the topology, runs COMMAND with the same settings, and removes the topology whatever happens.
# The exit status is the command's.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root_and_settings
(($#)) || die "usage: with.sh COMMAND…"

export NETNS_PREFIX NETNS_MTU IPSEC_RELAY_RUN=$RUN_DIRECTORY
QUIET=1 "$SCRIPTS/up.sh" || exit
# From here on the topology is ours. A signal ends the script, the command's end is waited for, and the trap on EXIT runs.
trap '"$SCRIPTS/down.sh"' EXIT
trap 'kill -s TERM "$command_pid" 2>/dev/null; exit 130' INT
trap 'kill -s TERM "$command_pid" 2>/dev/null; exit 143' TERM HUP
"$@" <&0 &
command_pid=$!
wait "$command_pid"
