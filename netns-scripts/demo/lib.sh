# Of demo.sh: words on the terminal, starting and stopping, recording. Sourced by it, after topology/lib.sh.
# shellcheck shell=bash disable=SC2034,SC2154 # defined and used in demo.sh and the stories

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

# timed WHAT COMMAND…: prints WHAT, and how long the command took.
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

start_daemon() { # NAME NAMESPACE
  local log=$LOGS/$1.log pid
  setsid ip netns exec "$(netns "$2")" "$CHECKOUT/bin/ipsec-relayd" --config "$STORY_DIRECTORY/$1.toml" \
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

take_down() {
  local name
  for name in edge relay; do control "$name" stop >/dev/null 2>&1 || true; done # down.sh ends those that hang
  "$SCRIPTS/down.sh" >>"$LOGS/topology.log" 2>&1 || true
  rm -rf "$RUNTIME"
}

# check_gone: reports anything that take_down could not remove.
check_gone() {
  local name rest=()
  for name in "${NAMESPACES[@]}"; do ns_exists "$name" && rest+=("the namespace $(netns "$name")"); done
  for name in "${GUESTS[@]}"; do guest_pid "$name" >/dev/null && rest+=("the guest $name"); done
  ((${#rest[@]} == 0)) || die "these could not be removed: ${rest[*]}; see $(shown "$LOGS/topology.log")"
}

# record_start FILTER: records packets at the PLACES of the story.
record_start() {
  local place name namespace device
  for place in "${PLACES[@]}"; do
    read -r name namespace device _ <<<"$place"
    capture_start "$name" "$namespace" "$device" "$1"
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
  cp "$TOPOLOGY_DIRECTORY/esp_sa" "$DEMO/wireshark/esp_sa" # of the story
  printf 'esp.enable_%s: TRUE\n' encryption_decode authentication_check >"$DEMO/wireshark/preferences"
}

# say_recorded PART PACKETS: where the recording and its keys are, and how to read it.
say_recorded() {
  say "$(shown "$DEMO/legs.pcapng")   the packets of part $1, in all places"
  say "$(shown "$DEMO/wireshark")/    the keys (esp_sa) and the settings to read them"
  say "$(shown "$LOGS")/         logs"
  say
  say 'Decrypt them, with Wireshark or on the terminal:'
  say "  ${bold}WIRESHARK_CONFIG_DIR=$(shown "$DEMO/wireshark") wireshark $(shown "$DEMO/legs.pcapng")${plain}"
  say "  ${bold}WIRESHARK_CONFIG_DIR=$(shown "$DEMO/wireshark") tshark -r $(shown "$DEMO/legs.pcapng")${plain}"
  local encrypted readable
  encrypted=$(frames esp) readable=$(frames icmp)
  say "tshark did: $readable of $encrypted packets, for example"
  decrypted -Y icmp | sed -nE '1{s/ {2,}/ /g; s/ id=.*//; s/^ */    /; p}'
  ((encrypted == $2 && readable == $2)) ||
    die "$2 packets should have been recorded and decrypted; see $(shown "$LOGS/captures.log")"
}

# decrypted TSHARK-OPTION…: tshark on the recorded packets, as the command that we print runs it.
decrypted() {
  WIRESHARK_CONFIG_DIR=$DEMO/wireshark tshark -n -r "$DEMO/legs.pcapng" "$@" 2>>"$LOGS/captures.log"
}
frames() { decrypted -Y "$1" | wc -l; }
