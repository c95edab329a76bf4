# Part of ../lib.sh: recordings of the packets that pass a device.
# shellcheck shell=bash disable=SC2034,SC2154 # defined and used in the other files of lib.sh

# capture_start CAPTURE NAME DEVICE [FILTER]: records a device of a namespace to captures/CAPTURE.pcap; returns when
# tcpdump listens.
capture_start() {
  local capture=$1 name=$2 device=$3 filter=${4:-} base attempt
  base=$TOPOLOGY_DIRECTORY/captures/$capture
  mkdir -p "${base%/*}"
  capture_stop "$capture"
  echo_command "$NETNS_PREFIX$name" tcpdump -i "$device" -w "$base.pcap" "$filter"
  # shellcheck disable=SC2016 # expanded by the inner shell
  # shellcheck disable=SC2086 # words
  # --immediate-mode and -U: a packet seen is a packet in the file. -Z root: Debian's user tcpdump may not write here.
  setsid bash -c 'echo $$ >"$1.pid" && shift && exec "$@"' start "$base" ip netns exec "$NETNS_PREFIX$name" \
    tcpdump -Z root --immediate-mode -U -n -s 0 $CAPTURE_OPTIONS -i "$device" -w "$base.pcap" "$filter" >"$base.log" 2>&1 </dev/null &
  disown $!
  for attempt in {1..250}; do
    grep -qs '^tcpdump: listening on' "$base.log" && return 0
    pause 0.02
  done
  die "tcpdump did not start on $device of $NETNS_PREFIX$name: $(tail -n 1 "$base.log")"
}

# capture_file CAPTURE: where a capture's packets are.
capture_file() { echo "$TOPOLOGY_DIRECTORY/captures/$1.pcap"; }

# capture_stop CAPTURE: ends a recording, its file complete; nothing to do when it does not run.
capture_stop() {
  local base=$TOPOLOGY_DIRECTORY/captures/$1 pid attempt
  pid=$(cat "$base.pid" 2>/dev/null) || return 0
  if process_is "$pid" "$base.pcap"; then
    # An interrupted tcpdump leaves packets unread in the kernel. It reports how many wait when it gets a USR1.
    for attempt in {1..1500}; do
      kill -s USR1 "$pid"
      pause 0.02
      [[ $(tail -n 1 "$base.log") =~ \ ([0-9]+)\ packets?\ captured,\ ([0-9]+)\ [a-z\ ]+,\ ([0-9]+)\ packets?\ dropped ]] &&
        ((BASH_REMATCH[1] + BASH_REMATCH[3] >= BASH_REMATCH[2])) && break
    done
    kill -s INT "$pid"
    for attempt in {1..250}; do
      process_is "$pid" "$base.pcap" || break
      ((attempt == 200)) && kill -s KILL "$pid"
      pause 0.02
    done
  fi
  rm -f "$base.pid"
}
