# The story of demo.sh (STORY=vpn): strongSwan, unmodified, in a laptop, a phone and two gateways behind one relay address.
# shellcheck shell=bash disable=SC2016,SC2034,SC2154 # scripts of node; defined and used in demo.sh and lib.sh

TITLE='ipsec-relay: two VPN gateways behind one address, and a relay without a key'
HOLDS='All holds: one IKE SA through the roam, a new connection to the other gateway, nothing dropped.'
GATEWAY=10.2.0.1 # of both gateways' inner network
LAPTOP_ELSEWHERE=198.18.1.77
SECOND_GATEWAY=198.18.2.3
PHONE=198.18.1.3 PHONE_INNER=10.3.0.1

# Where packets are recorded: name, namespace, device, and the description that Wireshark shows.
PLACES=(
  'leg-one relay to-first between the laptop and the relay'
  'leg-two relay to-second between the relay and its gateways'
)

drawing() {
  sed "s/no key/${green}no key${plain}/g" <<'DRAWING'
   laptop 198.18.1.1 ---+                         +--- gw1 198.18.2.2
   10.1.0.0/24          |    +---------------+    |    10.2.0.0/24
                        +----|     relay     |----+
   phone 198.18.1.3 ----+    |  198.18.9.9   |    +--- gw2 198.18.2.3
   10.3.0.0/24               |    no key     |         10.2.0.0/24
                             +---------------+
   All four run strongSwan, unmodified, over real Linux kernels. Laptop and
   phone know the relay's address alone; the gateways see the relay alone.

DRAWING
}

charon() { "$SCRIPTS/charon.sh" "$@"; }

raise_sites() {
  raise
  logged topology 'the second gateway did not come up' "$SCRIPTS/site.sh" second gw2 "$SECOND_GATEWAY" - "$GATEWAY"
  logged topology 'the phone did not come up' "$SCRIPTS/site.sh" first phone "$PHONE" - "$PHONE_INNER"
  # MOBIKE probes all addresses of both ends: none leads past the relay.
  in_ns first-net ip route replace blackhole "$SECOND_OUTER_NET"
  ! has_ipv6 || in_ns first-net ip route replace blackhole "$SECOND_OUTER_NET6"
}

start_all() {
  local pids=() pid peer file
  start_daemon relay relay
  for peer in second:gateway second/gw2:gateway first:laptop first/phone:phone; do
    file=$STORY_DIRECTORY/${peer#*:}.conf
    logged "strongswan-${peer//[\/:]/-}" "strongSwan did not start in ${peer%:*}" charon "${peer%:*}" start "$file" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid"; done
}

# connection FIRST FIELD: a field, in JavaScript's words, of the newest connection of the first at an address.
connection() {
  control relay --json connection list |
    node -e 'const [address, field] = process.argv.slice(1);
const list = JSON.parse(require("fs").readFileSync(0)).connections.filter(({ first }) => first.address === address);
console.log(list.length === 0 ? "" : new Function("it", `return it.${field}`)(list.at(-1)));' "$1" "$2"
}

# connect PEER: brings its child up, and shows the lines that matter.
connect() {
  local peer=$1 log=$LOGS/initiate-${1//\//-}.log
  printf '%s$ swanctl --initiate --child net%s\n' "$bold" "$plain"
  charon "$peer" --initiate --child net --timeout 20 >"$log" 2>&1 || fail "strongSwan did not connect; see $(shown "$log")"
  grep -E 'behind NAT|IKE_SA .* established|CHILD_SA .* established|completed' "$log" | sed -E 's/^\[[A-Z]+\] //; s/^/  /'
}

# answered NAME PING-WORD…: pings from the host behind the laptop; prints how many came back.
answered() {
  local log=$LOGS/$1.log
  shift
  in_ns first-host ping -n -D -W 2 "$@" "$GATEWAY" >"$log" 2>&1 || true
  grep -oE '[0-9]+ received' "$log" | cut -d' ' -f1
}

# record_keys: those of the laptop's kernel, for Wireshark; the addresses on the wire are the relay's.
record_keys() {
  local spi key
  guest_exec first 'ip xfrm state' | sed -nE 's/^.*spi (0x[0-9a-f]{8}).*$/\1/p; s/^.*aead rfc4106\(gcm\(aes\)\) 0x([0-9a-f]+) .*$/\1/p' |
    while read -r spi && read -r key; do sa_wireshark_key '*' '*' "$spi" aes-gcm "$key"; done >"$TOPOLOGY_DIRECTORY/esp_sa"
}

# packet_table: the first echo request in both places. False unless only addresses and ports differ.
packet_table() {
  local place source port destination port2 spi sequence payload good one=() two=()
  while IFS=$'\t' read -r place source port destination port2 spi sequence payload good; do
    payload=$(printf %s "$payload" | sha256sum | cut -c 1-12)
    if [[ $place == leg-one && ${#one[@]} == 0 ]]; then
      one=("$source:$port" "$destination:$port2" "$spi" "$sequence" "$payload.." "$good")
    elif [[ $place == leg-two && ${#two[@]} == 0 ]]; then
      two=("$source:$port" "$destination:$port2" "$spi" "$sequence" "$payload.." "$good")
    fi
  done < <(decrypted -Y 'icmp.type == 8' -T fields -E occurrence=f -e frame.interface_name -e ip.src -e udp.srcport \
    -e ip.dst -e udp.dstport -e esp.spi -e esp.sequence -e udp.payload -e esp.icv_good)
  ((${#one[@]} == 6 && ${#two[@]} == 6)) || return 1
  local index labels=(source destination SPI 'sequence number' 'payload, SHA-256' 'ICV, by tshark')
  one[5]=$([[ ${one[5]} == 1 ]] && echo correct) two[5]=$([[ ${two[5]} == 1 ]] && echo correct)
  printf '  %-18s%s%-22s%s%s\n' '' "$bold" 'laptop - relay' 'relay - gateway' "$plain"
  for index in "${!labels[@]}"; do
    local mark=''
    [[ ${one[index]} == "${two[index]}" ]] || mark=' *'
    printf '  %-18s%-22s%s%s\n' "${labels[index]}" "${one[index]}" "${two[index]}" "$mark"
  done
  [[ ${one[0]} != "${two[0]}" && ${one[1]} != "${two[1]}" && ${one[*]:2} == "${two[*]:2}" && ${one[5]} == correct ]]
}

# roam_under_ping: the laptop's address changes while it pings; reports the answers and the longest gap.
roam_under_ping() {
  local pid received gap
  answered roam -c 60 -i 0.1 >"$LOGS/roam.received" &
  pid=$!
  pause 2
  guest_exec first "ip addr del $FIRST_ADDRESS/24 dev eth0
ip addr add $LAPTOP_ELSEWHERE/24 dev eth0
ip route replace default via $FIRST_ROUTER dev eth0" >>"$LOGS/topology.log" 2>&1
  wait "$pid"
  received=$(<"$LOGS/roam.received")
  gap=$(sed -nE 's/^\[([0-9.]+)\] .*bytes from.*$/\1/p' "$LOGS/roam.log" |
    awk 'NR > 1 && $1 - last > most { most = $1 - last } { last = $1 } END { printf "%.1f", most }')
  say "$received of 60 pings answered, ten a second; the longest gap lasted $gap s."
  say 'The gap is strongSwan noticing the change, and asking its gateway from there (RFC 4555).'
  ((received >= 15)) || die "of 60 pings around the roam only $received were answered; see $(shown "$LOGS/roam.log")"
}

# check_counters: no packet dropped by the relay, and none refused by a kernel as wrong.
check_counters() {
  local dropped failed
  dropped=$(control relay --json status | node -e 'const { verdicts } = JSON.parse(require("fs").readFileSync(0));
const good = ["forward", "ike-forward", "keepalive", "icmp-forward", "echo"];
console.log(Object.entries(verdicts).filter(([name, { packets }]) => packets > 0 && !good.includes(name)).map(([name, { packets }]) => `${packets} ${name}`).join(", "));')
  [[ -z $dropped ]] || die "the relay dropped packets: $dropped; see $(shown "$LOGS/relay.log")"
  failed=$({
    guest_exec first 'ip -s xfrm state'
    guest_exec second 'ip -s xfrm state'
    guest_exec first 'ip netns exec phone ip -s xfrm state'
    guest_exec second 'ip netns exec gw2 ip -s xfrm state'
  } | tee "$LOGS/kernels.xfrm" | grep -cE 'failed [1-9]' || true)
  [[ $failed == 0 ]] || die "a kernel refused packets as wrong; see $(shown "$LOGS/kernels.xfrm")"
  say "${green}No packet was dropped by the relay, and no kernel refused one.${plain}"
}

story() {
  local gateway pairs received
  heading '1. The path'
  drawing
  timed 'Raising it: namespaces, and two User-Mode Linux kernels' raise_sites
  timed 'Starting the relay and four times strongSwan' start_all
  say
  say 'All that the relay is told, in netns-scripts/demo/vpn/relay.toml:'
  say
  sed '/^\[control\]/,$d; s/^./    &/' "$STORY_DIRECTORY/relay.toml"
  printf '%s$ ipsec-relayd --config relay.toml --check%s\n' "$bold" "$plain"
  bin/ipsec-relayd --config "$(shown "$STORY_DIRECTORY/relay.toml")" --check

  heading '2. The laptop connects to 198.18.9.9'
  record_start 'udp port 4500'
  connect first
  received=$(answered ping -c 5 -i 0.2)
  [[ $received == 5 ]] || die "of 5 pings $received were answered; see $(shown "$LOGS/ping.log")"
  pause 0.3 # the last reply reaches tcpdump's file
  record_keys
  record_stop
  say
  say '5 of 5 pings answered by the network behind the gateway.'
  say
  relay_answers connection list
  gateway=$(connection "$FIRST_ADDRESS" second)
  pairs=$(connection "$FIRST_ADDRESS" 'ike[0].initiator_spi')

  heading '3. One packet on both sides of the relay'
  packet_table || die "not only addresses and ports differ; see $(shown "$DEMO/legs.pcapng")"
  say
  say '* substituted. Nothing else is touched: the ICV, which the gateway verifies, is'
  say 'correct on both sides. The keys are in the laptop and its gateway alone.'

  heading '4. The laptop moves to another network, under ping'
  roam_under_ping
  say
  relay_answers connection list
  [[ $(connection "$LAPTOP_ELSEWHERE" moves) == 1 ]] || die "the connection has not moved; see $(shown "$LOGS/relay.log")"
  [[ $(connection "$LAPTOP_ELSEWHERE" 'ike[0].initiator_spi') == "$pairs" ]] ||
    die "the laptop has another IKE SA than before; see $(shown "$LOGS/relay.log")"
  say
  say 'The same connection, with the same IKE SA, SPIs and gateway. The relay followed when'
  say 'the gateway answered a request from the new address; a copied packet moves nothing.'

  heading "5. $gateway is drained for maintenance; the phone connects"
  relay_answers second set "$gateway" --drain
  connect first/phone
  [[ $(connection "$PHONE" second) != "$gateway" ]] || die "the phone was led to $gateway, which drains"
  received=$(guest_exec first "ip netns exec phone ping -n -c 3 -i 0.2 -W 2 -I $PHONE_INNER $GATEWAY" | grep -oE '[0-9]+ received')
  [[ $received == '3 received' ]] || die "of the phone's 3 pings, $received"
  received=$(answered after -c 3 -i 0.2)
  [[ $received == 3 ]] || die "of the laptop's 3 pings $received were answered"
  say
  say "3 of 3 pings answered for the phone, and for the laptop, which is still with $gateway."
  say
  relay_answers connection list
  say
  relay_answers second list

  heading '6. What was counted'
  relay_answers status
  say
  check_counters

  heading '7. What stays'
  say_recorded 2 20
}

what_to_try() {
  local relay="bin/ipsec-relay --socket $RUNTIME/relay.sock"
  heading 'It is all still up. Try, from this directory:'
  if [[ $NETNS_PREFIX != ipr- ]]; then say "export NETNS_PREFIX=$NETNS_PREFIX"; fi
  if [[ -n ${IPSEC_RELAY_RUN:-} ]]; then say "export IPSEC_RELAY_RUN=$RUN_DIRECTORY"; fi
  cat <<TRY
  ${dim}# a connection in full; add --json for a program${plain}
  $relay connection show 1
  ${dim}# in a second terminal: traffic to play with${plain}
  ip netns exec ${NETNS_PREFIX}first-host ping $GATEWAY
  ${dim}# in a third: what happens, as it happens${plain}
  $relay monitor
  ${dim}# rekey, with new SPIs; the ping goes on${plain}
  netns-scripts/topology/charon.sh first --rekey --child net
  ${dim}# a gateway whose firewall drops port 4500, and what the relay says of it${plain}
  ip netns exec ${NETNS_PREFIX}second-net nft \\
    'table ip t { chain c { type filter hook forward priority 0; udp dport 4500 drop; }; }'
  netns-scripts/topology/charon.sh first/phone --terminate --ike vpn --force
  netns-scripts/topology/charon.sh first/phone --initiate --child net --timeout 5
  $relay second list
  ip netns exec ${NETNS_PREFIX}second-net nft delete table ip t
  ${dim}# stop and remove everything${plain}
  make demo-clean
TRY
}
