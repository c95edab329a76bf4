#!/usr/bin/env bash
# demo.sh: the relay's story with two real kernels, in less than a minute; `make demo` installs first what it needs.
#
#   demo.sh          raises the topology of up.sh, starts relay and edge, shows what they do, and removes everything
#   KEEP=1 demo.sh   leaves it all up, and says what to try
#   demo.sh clean    removes what KEEP=1 left up
#
# Leaves in <checkout>/run/demo: legs.pcapng, wireshark/ (the keys and settings that decrypt it), logs/.
# Exit status 0: the ping was answered, every packet recorded can be decrypted, and no kernel counted a failure.
set -euo pipefail
# shellcheck source=../topology/lib.sh
. "$(dirname "$0")/../topology/lib.sh"

: "${KEEP:=0}"
DEMO=$RUN_DIRECTORY/demo
LOGS=$DEMO/logs
RUNTIME=/run/ipsec-relay-demo # as in demo/*.toml
line_open=0 # 1 while a line waits for its end

bold='' dim='' blue='' green='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  bold=$'\e[1m' dim=$'\e[2m' blue=$'\e[1;36m' green=$'\e[32m' plain=$'\e[0m'
fi

heading() { printf '\n%s%s%s\n\n' "$blue" "$*" "$plain"; }
say() { printf '%s\n' "${*:+  $*}"; }
shown() { realpath --relative-base="$PWD" "$1"; }

# fail SENTENCE: as die, on a line of its own.
fail() {
  ((line_open)) && echo
  line_open=0
  die "$@"
}

# logged LOG SENTENCE COMMAND…: runs a command with its output in a file; when it fails, says the sentence and where.
logged() {
  local log=$LOGS/$1.log sentence=$2
  shift 2
  "$@" >>"$log" 2>&1 || fail "$sentence; see $(shown "$log")"
}

# timed WHAT COMMAND…: says what is done, and how long it took.
timed() {
  local begin=$EPOCHREALTIME what=$1 tenths
  shift
  printf '  %-64s' "$what"
  line_open=1
  "$@"
  line_open=0
  tenths=$(((${EPOCHREALTIME/[.,]/} - ${begin/[.,]/}) / 100000))
  printf '%s%5d.%d s%s\n' "$dim" $((tenths / 10)) $((tenths % 10)) "$plain"
}

control() { "$CHECKOUT/bin/ipsec-relay" --socket "$RUNTIME/$1.sock" "${@:2}"; }

# relay_answers WORDS…: a command to the relay as a person types it, and its answer. A word of two spaces breaks the line.
relay_answers() {
  local words=("$@") index
  printf '%s$ ipsec-relay %s%s\n' "$bold" "${*//  /$'\\\n   '}" "$plain"
  for index in "${!words[@]}"; do [[ ${words[index]} == '  ' ]] && unset "words[$index]"; done
  control relay "${words[@]}"
}

# ---------------------------------------------------------------------------------------------- up and down

start_daemon() { # NAME NAMESPACE
  local log=$LOGS/$1.log pid
  setsid ip netns exec "$(netns "$2")" "$CHECKOUT/bin/ipsec-relayd" --config "$CHECKOUT/netns-scripts/demo/$1.toml" \
    >"$log" 2>&1 </dev/null &
  pid=$!
  for _ in {1..50}; do
    if control "$1" status >/dev/null 2>&1; then return; fi
    kill -0 "$pid" 2>/dev/null || break
    pause 0.1
  done
  fail "the $1 did not start: $(tail -n 1 "$log"); see $(shown "$log")"
}

raise() {
  QUIET=1 logged topology 'the topology did not come up' "$SCRIPTS/up.sh"
}

start_relay_and_edge() {
  logged topology 'the kernels refused their SAs' "$SCRIPTS/ipsec.sh" relay
  start_daemon relay relay
  start_daemon edge first-net
}

take_down() {
  local name
  for name in edge relay; do control "$name" stop >/dev/null 2>&1 || true; done # what hangs, down.sh ends
  "$SCRIPTS/down.sh" >>"$LOGS/topology.log" 2>&1 || true
  rm -rf "$RUNTIME"
}

# check_gone: says what take_down could not remove.
check_gone() {
  local name rest=()
  for name in "${NAMESPACES[@]}"; do ns_exists "$name" && rest+=("the namespace $(netns "$name")"); done
  for name in "${GUESTS[@]}"; do guest_pid "$name" >/dev/null && rest+=("the guest $name"); done
  ((${#rest[@]} == 0)) || die "these could not be removed: ${rest[*]}; see $(shown "$LOGS/topology.log")"
}

# ---------------------------------------------------------------------------------------------- measuring

# iperf3_run NAME: TCP from first's served host to second's, four seconds after one that does not count.
iperf3_run() {
  local server=$LOGS/iperf3-$1-server.log pid
  in_ns second-host timeout --foreground 30 iperf3 -s -1 --forceflush >"$server" 2>&1 &
  pid=$!
  for _ in {1..50}; do
    grep -qs '^Server listening' "$server" && break
    pause 0.05
  done
  in_ns first-host timeout --foreground 30 iperf3 -c "$SECOND_HOST" -O 1 -t 4 -J >"$LOGS/iperf3-$1.json" 2>&1 ||
    fail "iperf3 did not get through ($1); see $(shown "$LOGS/iperf3-$1.json")"
  wait "$pid"
}

measure_direct() {
  logged topology 'the kernels refused their SAs' "$SCRIPTS/ipsec.sh" direct
  iperf3_run direct
  pause 0.5 # what is still on its way would find its SA replaced, and be counted as a failure
}

# record_sas: what each of the four holds and has counted, into files for tables.mjs. They hold keys, as does Wireshark's.
record_sas() {
  local name
  for name in "${GUESTS[@]}"; do
    guest_exec "$name" 'ip -s xfrm state' >"$LOGS/$name.xfrm"
    guest_exec "$name" 'cat /proc/net/xfrm_stat' >"$LOGS/$name.xfrm_stat"
  done
  for name in relay edge; do control "$name" --json sa list >"$LOGS/$name.json"; done
}

table() { node "$CHECKOUT/netns-scripts/demo/tables.mjs" "$1" "$LOGS"; }

# Where packets are recorded: name, namespace, device, and the description that Wireshark shows.
PLACES=(
  "first-wire first-net to-guest first's own wire, before the edge"
  'leg-one relay to-first between edge and relay'
  'leg-two relay to-second between relay and second'
)

record_start() {
  local place name namespace device
  for place in "${PLACES[@]}"; do
    read -r name namespace device _ <<<"$place"
    capture_start "$name" "$namespace" "$device" esp
  done
}

# record_stop: one pcapng with the packets of all places in the order of time; an interface of the file is a place.
record_stop() {
  local place name namespace device description files=()
  for place in "${PLACES[@]}"; do
    read -r name namespace device description <<<"$place"
    capture_stop "$name"
    # tcpdump's files cannot name an interface; dumpcap, reading them as if live, writes files that do.
    logged captures 'dumpcap could not convert a capture' dumpcap -q -i - --ifname "$name" --ifdescr "$description" \
      -w "$LOGS/$name.pcapng" <"$(capture_file "$name")"
    files+=("$LOGS/$name.pcapng")
  done
  logged captures 'mergecap could not merge the captures' mergecap -I none -w "$DEMO/legs.pcapng" "${files[@]}"
  rm -f "${files[@]}"
  mkdir -p "$DEMO/wireshark"
  cp "$TOPOLOGY_DIRECTORY/esp_sa" "$DEMO/wireshark/esp_sa"
  printf 'esp.enable_%s: TRUE\n' encryption_decode authentication_check >"$DEMO/wireshark/preferences"
}

# decrypted TSHARK-OPTION…: tshark on the recorded packets, as the command that we print runs it.
decrypted() {
  WIRESHARK_CONFIG_DIR=$DEMO/wireshark tshark -n -r "$DEMO/legs.pcapng" "$@" 2>>"$LOGS/captures.log"
}
frames() { decrypted -Y "$1" | wc -l; }

# ---------------------------------------------------------------------------------------------- the story

drawing() {
  sed "s/ESP/${bold}ESP${plain}/g; s/no key/${green}no key${plain}/g" <<'DRAWING'
   first-host                                                second-host
   10.1.0.2                                                     10.2.0.2
       |                                                            |
  +----------+       +--------+         +---------+         +----------+
  |  first   |  ESP  |  edge  |   ESP   |  relay  |   ESP   |  second  |
  |  a real  |=======| no key |=========| no key  |=========|  a real  |
  |  kernel  |       +--------+ leg one +---------+ leg two |  kernel  |
  +----------+                                              +----------+
   198.18.1.1                           198.18.9.9           198.18.2.2

  First knows nothing of second: it sends to the relay's address. The relay
  substitutes destination, source and SPI, and cannot read what it forwards.

DRAWING
}

story() {
  local ping received encrypted readable
  heading '1. The path'
  drawing
  timed "Raising it: namespaces, and two User-Mode Linux kernels" raise
  say "  both are $(guest_exec second 'uname -sr'), unmodified"
  timed 'Measuring the path without relay and edge first, for part 5' measure_direct
  timed 'Starting relay and edge, giving the kernels their SAs' start_relay_and_edge
  say
  say 'The edge has its SAs from its file, netns-scripts/demo/edge.toml.'
  say "The relay is told, while it runs (--socket $RUNTIME/relay.sock):"
  say
  relay_answers sa add --name alice-up --dst "$RELAY_ADDRESS" --spi 0xaaaa0001 '  ' \
    --to "$SECOND_ADDRESS" --to-spi 0x22220001
  relay_answers sa add --name alice-down --dst "$RELAY_ADDRESS" --spi 0x11110001 '  ' \
    --to "$FIRST_ADDRESS" --to-spi 0xbbbb0001

  heading '2. Who holds what'
  record_sas
  table sas
  say 'The keys (here their first digits) are in the two kernels alone.'

  heading '3. Ping, from the host behind first to the host behind second'
  record_start
  ping=$(in_ns first-host ping -n -c 5 -i 0.25 -W 2 "$SECOND_HOST" | tee "$LOGS/ping.log") || true
  pause 0.3 # the last reply reaches first's wire, and tcpdump its file
  grep -E '^([0-9]+ bytes from|[0-9]+ packets)' <<<"$ping" | sed 's/^/  /'
  received=$(grep -oE '[0-9]+ received' <<<"$ping" || echo 'nothing received')
  [[ $received == '5 received' ]] || die "of 5 pings, $received; see $(shown "$LOGS/relay.log")"
  record_stop

  heading '4. One ESP packet in three places'
  decrypted -T fields -E occurrence=f -e frame.interface_name -e ip.src -e ip.dst -e ip.ttl -e esp.spi -e esp.sequence \
    -e esp.iv -e esp.encrypted_data -e esp.icv -e esp.icv_good -e icmp.type >"$LOGS/packets.tsv"
  table packets || die "not only destination, source and SPI differ; see $(shown "$LOGS/packets.tsv")"
  say '* substituted on the way; what is green is not touched.'
  say 'The ICV covers the SPI. The sending kernel computes it over the SPI that the'
  say 'receiving kernel will see; beside the SPI of leg one it is incorrect.'

  heading '5. TCP through the tunnel, four seconds each (iperf3)'
  iperf3_run relayed
  table throughput
  say
  say 'Direct: the same two kernels, no edge and no relay. Relayed: edge and relay'
  say "share $(nproc) CPUs with both kernels and their encryption; 'make bench' says more."

  heading '6. What was counted'
  pause 0.5 # the last acknowledgements
  relay_answers sa list
  say
  relay_answers status
  say
  record_sas
  table counters || die "a kernel refused packets; see $(shown "$LOGS")/*.xfrm_stat"

  heading '7. What stays'
  encrypted=$(frames esp) readable=$(frames icmp)
  say "$(shown "$DEMO/legs.pcapng")   the packets of part 3, in all three places"
  say "$(shown "$DEMO/wireshark")/    the keys (esp_sa) and the settings to read them"
  say "$(shown "$LOGS")/         what relay, edge and the others logged"
  say
  say 'Decrypt them, with Wireshark or on the terminal:'
  say "  ${bold}WIRESHARK_CONFIG_DIR=$(shown "$DEMO/wireshark") wireshark $(shown "$DEMO/legs.pcapng")${plain}"
  say "  ${bold}WIRESHARK_CONFIG_DIR=$(shown "$DEMO/wireshark") tshark -r $(shown "$DEMO/legs.pcapng")${plain}"
  say "tshark did: $readable of $encrypted packets, for example"
  decrypted -c 1 | sed -E 's/ {2,}/ /g; s/ id=.*//; s/^ */    /'
  ((encrypted == 30 && readable == 30)) ||
    die "30 packets should have been recorded and decrypted; see $(shown "$LOGS/captures.log")"
}

what_to_try() {
  local relay="bin/ipsec-relay --socket $RUNTIME/relay.sock"
  heading 'It is all still up. Try, from this directory:'
  if [[ $NETNS_PREFIX != ipr- ]]; then say "export NETNS_PREFIX=$NETNS_PREFIX"; fi
  if [[ -n ${IPSEC_RELAY_RUN:-} ]]; then say "export IPSEC_RELAY_RUN=$RUN_DIRECTORY"; fi
  cat <<TRY
  ${dim}# the relay's SAs; add --json for a program; edge.sock is the edge${plain}
  $relay sa list
  ${dim}# in a second terminal: traffic to play with${plain}
  ip netns exec ${NETNS_PREFIX}first-host ping $SECOND_HOST
  ${dim}# in a third: what happens to the SAs, as it happens${plain}
  $relay monitor
  ${dim}# the ping stops, and goes on${plain}
  $relay \\
    sa delete --name alice-up
  $relay \\
    sa add --name alice-up --dst $RELAY_ADDRESS --spi 0xaaaa0001 \\
    --to $SECOND_ADDRESS --to-spi 0x22220001
  ${dim}# a leg's packets; to-second is the other one${plain}
  ip netns exec ${NETNS_PREFIX}relay tcpdump -n -i to-first esp
  ${dim}# a command in a real kernel (first or second); this one shows the keys${plain}
  netns-scripts/topology/guest.sh second ip -s xfrm state
  ${dim}# stop and remove everything${plain}
  make demo-clean
TRY
}

# finish: the end of it all, whatever the reason.
finish() {
  local status=$?
  trap '' INT TERM HUP
  trap - EXIT
  set +e # what follows must happen, even if nobody reads its words
  if ((status)); then
    ((status > 128)) && echo >&2
    echo "${dim}Removing what was raised.${plain}" >&2
    take_down
    check_gone
  elif [[ $KEEP != 1 ]]; then
    say
    timed 'Removing kernels, namespaces, relay and edge' take_down
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
(($# == 0)) || die 'usage: demo.sh [clean]; KEEP=1 leaves it up'
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
printf '%sipsec-relay: a keyless relay between two unmodified kernels%s\n\n' "$bold" "$plain"
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
say "${green}All holds: 5 of 5 pings, 30 of 30 packets decrypted, no failure counted.${plain}"
if [[ $KEEP == 1 ]]; then what_to_try; fi
