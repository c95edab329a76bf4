#!/usr/bin/env bash
# demo.sh: the relay's story with real kernels, in less than a minute; `make demo` installs first what it needs.
#
#   demo.sh            raises the topology of up.sh, tells the story, and removes everything
#   STORY=vpn demo.sh  the story: vpn (strongSwan clients and two gateways behind one relay address) or spi (SAs by hand, and an edge)
#   KEEP=1 demo.sh     leaves it all up, and suggests the next steps
#   demo.sh clean      removes the topology that KEEP=1 left up
#
# Leaves in <checkout>/run/demo: legs.pcapng, wireshark/ (the keys and settings that decrypt it), logs/.
# Exit status 0: everything that the story checks holds.
set -euo pipefail
# shellcheck source=../topology/lib.sh
. "$(dirname "$0")/../topology/lib.sh"

: "${KEEP:=0}" "${STORY:=vpn}"
DEMO=$RUN_DIRECTORY/demo
LOGS=$DEMO/logs
RUNTIME=/run/ipsec-relay-demo # as in demo/*/*.toml
STORY_DIRECTORY=$CHECKOUT/netns-scripts/demo/$STORY
line_open=0 # 1 while a line waits for its end
[[ $STORY == vpn || $STORY == spi ]] || die "there is no story '$STORY': use STORY=vpn or STORY=spi"
# shellcheck source=lib.sh
. "$CHECKOUT/netns-scripts/demo/lib.sh"
# shellcheck source=vpn/story.sh
. "$STORY_DIRECTORY/story.sh"

# finish: the end of it all, whatever the reason.
finish() {
  local status=$?
  trap '' INT TERM HUP
  trap - EXIT
  set +e # clean up in any case, even if the output is not read
  if ((status)); then
    ((status > 128)) && echo >&2
    echo "${dim}Removing what was raised.${plain}" >&2
    take_down
    check_gone
  elif [[ $KEEP != 1 ]]; then
    say
    timed 'Removing all of it' take_down
    check_gone
  fi
  exit "$status"
}

# ---------------------------------------------------------------------------------------------- main

require_root_and_settings
cd "$CHECKOUT"
if [[ ${1:-} == clean ]]; then
  mkdir -p "$LOGS"
  take_down
  check_gone
  exit 0
fi
(($# == 0)) || die 'usage: demo.sh [clean]; KEEP=1 leaves it up, STORY=spi tells the other story'
[[ -c /dev/net/tun ]] || die "there is no /dev/net/tun: run 'modprobe tun', or give this container the device"
for name in "${NAMESPACES[@]}"; do
  ns_exists "$name" || continue
  die "a topology with the prefix '$NETNS_PREFIX' is up: 'make demo-clean' removes it, NETNS_PREFIX=other- makes another"
done
if control relay status >/dev/null 2>&1; then
  die "another demo is up (its relay answers on $RUNTIME/relay.sock): remove it with its own NETNS_PREFIX and 'make demo-clean'"
fi

rm -rf "$DEMO" "$RUNTIME"
install -d -m 700 "$DEMO" "$LOGS" # there will be keys in it
printf '%s%s%s\n\n' "$bold" "$TITLE" "$plain"
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
# In a process of its own: while it is interrupted, the words of finish are not caught in its redirections.
(
  trap 'exit 130' INT
  timed 'Building' logged build 'the build failed' make -s build
  story
)
say
say "$green$HOLDS$plain"
if [[ $KEEP == 1 ]]; then what_to_try; fi
