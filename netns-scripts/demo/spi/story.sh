# A story of demo.sh (STORY=spi): SAs by hand, and an edge that lets unmodified kernels use substituted SPIs.
# shellcheck shell=bash disable=SC2034,SC2154 # defined and used in demo.sh and lib.sh

TITLE='ipsec-relay: a keyless relay between two unmodified kernels, with SAs by hand'
HOLDS='All holds: 5 of 5 pings, 30 of 30 packets decrypted, no failure counted.'
DAEMONS=(edge relay)
# Where packets are recorded: name, namespace, device, and the description that Wireshark shows.
PLACES=(
  "first-wire first-net to-guest first's own wire, before the edge"
  'leg-one relay to-first between edge and relay'
  'leg-two relay to-second between relay and second'
)

start_relay_and_edge() {
  logged topology 'the kernels refused their SAs' "$SCRIPTS/ipsec.sh" relay
  start_daemon relay relay
  start_daemon edge first-net
}

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
  pause 0.5 # a packet still on its way would find its SA replaced, and be counted as a failure
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

table() { node "$STORY_DIRECTORY/tables.mjs" "$1" "$LOGS"; }

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
  local ping received
  heading '1. The path'
  drawing
  timed "Raising it: namespaces, and two User-Mode Linux kernels" raise
  say "  both are $(guest_exec second 'uname -sr'), unmodified"
  timed 'Measuring the path without relay and edge first, for part 5' measure_direct
  timed 'Starting relay and edge, giving the kernels their SAs' start_relay_and_edge
  say
  say 'The edge has its SAs from its file, netns-scripts/demo/spi/edge.toml.'
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
  record_start esp
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
  say_recorded 3 30
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
