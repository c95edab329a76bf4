#!/usr/bin/env bash
# down.sh: removes the topology of NETNS_PREFIX with everything that runs in it: guests, captures, daemons. Also the
# remains of a killed up.sh or with.sh. Logs and captures stay in the run directory until the next up.sh.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root_and_settings

for pid_file in "$TOPOLOGY_DIRECTORY"/captures/*.pid; do
  [[ -e $pid_file ]] && capture_stop "$(basename "$pid_file" .pid)"
done
for guest in "${GUESTS[@]}"; do guest_stop "$guest"; done
status=0
for name in "${NAMESPACES[@]}"; do
  ns_down "$name" || status=1
done
exit "$status"
