#!/usr/bin/env bash
# mtu.sh LINK MTU: changes the MTU of one link of a topology that is up, also under traffic.
#
#   leg-one  between first-net and the relay, both ends     first   from first-net to first's kernel, the router's end
#   leg-two  between the relay and second-net, both ends    second  from second-net to second's kernel, the router's end
#
# Below 1280 bytes the kernel takes a device's IPv6 addresses away, and does not bring them back.
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root_and_settings
if (($# != 2)) || ! [[ $2 =~ ^[0-9]{3,4}$ ]] || ((10#$2 < 576 || 10#$2 > 1500)); then
  die "usage: mtu.sh leg-one|leg-two|first|second 576…1500"
fi
link_mtu "$1" "$2"
