# The shared library of netns-scripts/: namespaces, guests, captures, and kernel SAs. Sourced by bash scripts.
# shellcheck shell=bash disable=SC2034 # what looks unused here is used by the scripts
#
# Settings, all from the environment:
#   NETNS_PREFIX     begins the name of every namespace; two topologies with different prefixes live side by side (ipr-)
#   NETNS_MTU        MTU of every device, 576 to 1500 bytes, the most a guest's device can do (1500)
#   IPSEC_RELAY_RUN  directory for everything made at run time (<checkout>/run)
#   GUEST_MEMORY     memory of one guest, in UML's notation (256M)
#   GUEST_TIMEOUT    seconds that guest_exec waits for a command before it gives up and kills it (120)
#   CAPTURE_OPTIONS  further words for tcpdump, such as -B 65536 -s 2048 for many packets at once (none)
#   VERBOSE          1: echo each command with the namespace or guest it runs in

: "${NETNS_PREFIX:=ipr-}" "${NETNS_MTU:=1500}" "${GUEST_MEMORY:=256M}" "${GUEST_TIMEOUT:=120}" "${VERBOSE:=0}"
: "${CAPTURE_OPTIONS:=}"
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
CHECKOUT=$(dirname "$SCRIPTS")
RUN_DIRECTORY=$(realpath -m "${IPSEC_RELAY_RUN:-$CHECKOUT/run}")
TOPOLOGY_DIRECTORY=$RUN_DIRECTORY/${NETNS_PREFIX%-}

# Every namespace of the topology. down.sh removes exactly these, so a prefix that begins like another one is safe.
NAMESPACES=(first-net first-host relay second-net second-host)
GUESTS=(first second)

# The address plan. up.sh draws it.
FIRST_ADDRESS=198.18.1.1 FIRST_ROUTER=198.18.1.254 FIRST_OUTER_NET=198.18.1.0/24
SECOND_ADDRESS=198.18.2.2 SECOND_ROUTER=198.18.2.254 SECOND_OUTER_NET=198.18.2.0/24
FIRST_INNER=10.1.0.1 FIRST_HOST=10.1.0.2 FIRST_INNER_NET=10.1.0.0/24
SECOND_INNER=10.2.0.1 SECOND_HOST=10.2.0.2 SECOND_INNER_NET=10.2.0.0/24
RELAY_ADDRESS=198.18.9.9 RELAY_POOL=198.18.9.0/24
LEG_ONE_NET_SIDE=198.18.10.1 LEG_ONE_RELAY_SIDE=198.18.10.2
LEG_TWO_NET_SIDE=198.18.20.1 LEG_TWO_RELAY_SIDE=198.18.20.2

# die SENTENCE: says what is wrong and ends the script.
die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# echo_command WHERE COMMAND…: in verbose mode, shows a command and where it runs.
echo_command() {
  [[ $VERBOSE == 1 ]] || return 0
  local where=$1 colour='' plain=''
  shift
  if [[ -t 2 ]]; then colour=$'\e[1;33m' plain=$'\e[0m'; fi
  echo "${colour}[$where]$plain $*" >&2
}

require_root_and_settings() {
  [[ $EUID == 0 ]] || die "network namespaces need root: run it with sudo"
  [[ $NETNS_PREFIX =~ ^[a-z0-9-]{1,16}$ && $NETNS_PREFIX =~ [a-z0-9] ]] ||
    die "NETNS_PREFIX is '$NETNS_PREFIX': use 1 to 16 small letters, digits and dashes, for example 'ipr-'"
  if ! [[ $NETNS_MTU =~ ^[0-9]{3,4}$ ]] || ((NETNS_MTU < 576 || NETNS_MTU > 1500)); then
    die "NETNS_MTU is '$NETNS_MTU': use a number from 576 to 1500"
  fi
  [[ $RUN_DIRECTORY =~ ^[A-Za-z0-9/._+-]+$ ]] ||
    die "IPSEC_RELAY_RUN is '$RUN_DIRECTORY': use a path of letters, digits and / . _ + -"
  # UML's management socket lies below it, and the path of a Unix socket ends at 107 bytes.
  ((${#TOPOLOGY_DIRECTORY} <= 80)) ||
    die "the run directory $TOPOLOGY_DIRECTORY is longer than 80 bytes: set IPSEC_RELAY_RUN to a shorter path"
}

# ---------------------------------------------------------------------------------------------- namespaces

# netns NAME: the full name of one of NAMESPACES.
netns() { echo "$NETNS_PREFIX$1"; }

# in_ns NAME COMMAND…: runs a command in a namespace.
in_ns() {
  local name=$1
  shift
  echo_command "$NETNS_PREFIX$name" "$@"
  if [[ $1 == ip ]]; then # ip enters a namespace by itself, faster
    ip -n "$NETNS_PREFIX$name" "${@:2}"
  else
    ip netns exec "$NETNS_PREFIX$name" "$@"
  fi
}

# ns_exists NAME
ns_exists() { [[ -e /run/netns/$NETNS_PREFIX$1 ]]; }

# ns_up NAME: makes a namespace with its loopback up.
ns_up() {
  echo_command host ip netns add "$NETNS_PREFIX$1"
  ip netns add "$NETNS_PREFIX$1" || die "the kernel refuses the namespace $NETNS_PREFIX$1 (see the line above)"
  in_ns "$1" ip link set lo up
}

# ns_down NAME: ends every process in a namespace and removes it; nothing to do when it does not exist.
ns_down() {
  local name=$1
  ns_exists "$name" || return 0
  local attempt signal=TERM processes
  for attempt in {1..40}; do
    mapfile -t processes < <(ip netns pids "$NETNS_PREFIX$name" 2>/dev/null)
    ((${#processes[@]})) || break
    ((attempt >= 20)) && signal=KILL
    kill -s "$signal" "${processes[@]}" 2>/dev/null
    pause 0.05
  done
  echo_command host ip netns del "$NETNS_PREFIX$name"
  ip netns del "$NETNS_PREFIX$name"
}

# ns_link NAME DEVICE PEER-NAME PEER-DEVICE: a veth pair between two namespaces, both ends up.
ns_link() {
  in_ns "$1" ip link add "$2" mtu "$NETNS_MTU" type veth peer name "$4" mtu "$NETNS_MTU" netns "$NETNS_PREFIX$3"
  in_ns "$1" ip link set "$2" up
  in_ns "$3" ip link set "$4" up
}

# ns_tap NAME DEVICE: a tap device for a guest to open, up.
ns_tap() {
  in_ns "$1" ip tuntap add dev "$2" mode tap
  in_ns "$1" ip link set "$2" mtu "$NETNS_MTU" up
}

# ns_forward NAME: lets a namespace route.
ns_forward() {
  in_ns "$1" sysctl -qw net.ipv4.ip_forward=1
}

# pause SECONDS: sleeps without starting a process.
pause() {
  [[ -n ${PAUSE_FD:-} ]] || exec {PAUSE_FD}<> <(:)
  read -r -t "$1" -u "$PAUSE_FD" || true
}

# ---------------------------------------------------------------------------------------------- guests

guest_directory() { echo "$TOPOLOGY_DIRECTORY/$1"; }

# process_is PID TEXT: true while PID is alive and its command line holds TEXT (a pid file may name a later process).
process_is() {
  local command_line
  [[ $1 =~ ^[0-9]+$ ]] && command_line=$(tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline") && [[ $command_line == *"$2"* ]]
}

# guest_pid NAME: prints the process id of a running guest (also its process group); false when it does not run.
guest_pid() {
  local directory pid
  directory=$(guest_directory "$1")
  pid=$(cat "$directory/pid" 2>/dev/null) && process_is "$pid" "GUEST_DIRECTORY=$directory " && echo "$pid"
}

# guest_start NAME NAMESPACE TAP…: boots a guest whose eth0, eth1, … are the TAPs of the namespace. Returns at once;
# guest_wait_ready waits. Several guests boot in parallel that way.
guest_start() {
  local name=$1 namespace=$2 directory version tap devices=()
  shift 2
  directory=$(guest_directory "$name")
  guest_pid "$name" >/dev/null && die "the guest $name of $NETNS_PREFIX runs already: netns-scripts/down.sh ends it"
  version=$(guest_modules) || exit 1
  for tap in "$@"; do devices+=("eth${#devices[@]}=tuntap,$tap"); done
  rm -rf "$directory"
  mkdir -p "$directory/jobs" "$TOPOLOGY_DIRECTORY/uml"
  mkfifo "$directory/console-input"
  echo_command "$NETNS_PREFIX$namespace" linux.uml "$version" "umid=$name" "${devices[@]}"
  # raid6_select_algo is a benchmark of nearly a second that nothing here needs.
  # shellcheck disable=SC2016 # expanded by the inner shell
  # The session's first process writes its own id, then becomes the guest: the id is right however this is called.
  setsid bash -c 'echo $$ >"$1/pid" && exec 3<>"$1/console-input" && shift && exec "$@"' start "$directory" \
    ip netns exec "$NETNS_PREFIX$namespace" linux.uml "mem=$GUEST_MEMORY" root=/dev/root rootfstype=hostfs rootflags=/ ro \
    "uml_dir=$TOPOLOGY_DIRECTORY/uml/" "umid=$name" "hostname=$name" panic=-1 quiet \
    initcall_blacklist=raid6_select_algo \
    con0=fd:3,fd:1 con=null ssl=null "${devices[@]}" "init=$SCRIPTS/guest-init.sh" \
    "RUN_DIRECTORY=$RUN_DIRECTORY" "CHECKOUT=$CHECKOUT" "GUEST_DIRECTORY=$directory" "GUEST_NAME=$name" \
    >"$directory/console" 2>&1 </dev/null &
  disown $!
}

# guest_modules: makes the tree in which a guest's modprobe finds its modules; prints the guest kernel's version.
guest_modules() {
  local tree=$RUN_DIRECTORY/modules version
  version=$(basename "$(echo /usr/lib/uml/modules/*)")
  [[ -x $(command -v linux.uml) && -d /usr/lib/uml/modules/$version ]] ||
    die "user-mode-linux is not installed: run netns-scripts/setup-packages.sh"
  mkdir -p "$tree/lib/modules"
  ln -sfn "/usr/lib/uml/modules/$version" "$tree/lib/modules/$version"
  [[ -e $tree/lib/modules/$version/modules.dep ]] || depmod -b "$tree" "$version"
  echo "$version"
}

# guest_wait_ready NAME: waits until a guest takes commands, at most 30 seconds.
guest_wait_ready() {
  local name=$1 directory attempt
  directory=$(guest_directory "$name")
  for attempt in {1..1500}; do
    [[ -e $directory/ready ]] && return 0
    # The first checks may come before the process has become the guest.
    ((attempt < 100)) || guest_pid "$name" >/dev/null || break
    pause 0.02
  done
  tail -n 20 "$directory/console" >&2
  die "the guest $name did not start; its console ends with the lines above ($directory/console)"
}

# guest_submit NAME COMMAND: starts a shell command in a guest and sets JOB to its name. It runs in the checkout's
# directory with the caller's PATH, in a session of its own.
guest_submit() {
  local name=$1 command=$2 directory
  directory=$(guest_directory "$name")
  guest_pid "$name" >/dev/null || die "the guest $name of $NETNS_PREFIX does not run: netns-scripts/up.sh starts it"
  echo_command "guest $name" "$command"
  JOB=${EPOCHREALTIME/[.,]/}-$BASHPID # never used before: hostfs remembers files by name
  printf 'cd %q || exit\nexport PATH=%q\n%s\n' "$CHECKOUT" "$PATH" "$command" >"$directory/jobs/$JOB.sh"
  : >"$directory/jobs/$JOB.out"
  : >"$directory/jobs/$JOB.err"
  echo "run $JOB" 1<>"$directory/console-input"
}

# guest_signal NAME SIGNAL JOB: sends a signal to every process of a job's group.
guest_signal() { echo "signal $2 $3" 1<>"$(guest_directory "$1")/console-input"; }

# guest_wait NAME JOB [SECONDS]: waits for a job and returns its exit status; 124 when the time is over (the job is
# killed), 125 when the guest died.
guest_wait() {
  local name=$1 job=$2 seconds=${3:-$GUEST_TIMEOUT} directory status turn=0 deadline
  directory=$(guest_directory "$name")
  deadline=$((SECONDS + seconds))
  until [[ -s $directory/jobs/$job.status ]]; do
    pause 0.01
    ((++turn % 50)) && continue
    if ! guest_pid "$name" >/dev/null; then
      echo "the guest $name died; its console is $directory/console" >&2
      return 125
    elif ((SECONDS > deadline)); then
      guest_signal "$name" KILL "$job"
      echo "the guest $name did not finish a command within $seconds seconds: $(tail -n +3 "$directory/jobs/$job.sh")" >&2
      return 124
    fi
  done
  read -r status <"$directory/jobs/$job.status"
  return "$status"
}

# guest_exec NAME COMMAND: runs a shell command in a guest; prints its output and returns its exit status.
guest_exec() {
  local name=$1 directory status=0
  local JOB
  directory=$(guest_directory "$name")
  guest_submit "$name" "$2"
  guest_wait "$name" "$JOB" || status=$?
  cat "$directory/jobs/$JOB.out"
  cat "$directory/jobs/$JOB.err" >&2
  rm -f "$directory/jobs/$JOB".*
  return "$status"
}

# guest_exec_bg NAME COMMAND: starts a shell command in a guest and sets JOB, for guest_signal and guest_wait. Its
# output grows in <guest's directory>/jobs/$JOB.out and .err.
guest_exec_bg() { guest_submit "$@"; }

# guest_stop NAME: powers a guest off, or ends its processes; nothing to do when it does not run.
guest_stop() {
  local name=$1 directory pid attempt
  directory=$(guest_directory "$name")
  if pid=$(guest_pid "$name"); then
    echo_command "guest $name" halt
    [[ -e $directory/ready ]] && echo halt 1<>"$directory/console-input"
    for attempt in {1..50}; do
      process_is "$pid" "GUEST_DIRECTORY=$directory " || break
      [[ -e $directory/ready ]] || break
      pause 0.02
    done
    kill -s KILL -- "-$pid" 2>/dev/null # what is left of the group
    for attempt in {1..100}; do
      pgrep -g "$pid" -r D,R,S,T,t >/dev/null || break
      pause 0.02
    done
  fi
  rm -rf "$directory/pid" "$directory/ready" "$directory/console-input" "$TOPOLOGY_DIRECTORY/uml/$name"
}

# ---------------------------------------------------------------------------------------------- captures

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
    grep -q '^tcpdump: listening on' "$base.log" && return 0
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
    # An interrupted tcpdump leaves unread what the kernel has for it. It says how much that is when it gets a USR1.
    for attempt in {1..50}; do
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

# ---------------------------------------------------------------------------------------------- kernel SAs

# sa_transform ALGORITHM KEY: the words of `ip xfrm state add` for aes-gcm (KEY: 16 bytes of key, 4 of salt) or
# aes-cbc-hmac-sha256 (KEY: 16 bytes for AES, 32 for HMAC), KEY in hexadecimal without 0x.
sa_transform() {
  case $1 in
    aes-gcm) echo "aead 'rfc4106(gcm(aes))' 0x$2 128" ;;
    aes-cbc-hmac-sha256) echo "auth-trunc 'hmac(sha256)' 0x${2:32} 128 enc 'cbc(aes)' 0x${2:0:32}" ;;
  esac
}

# sa_key_bytes ALGORITHM: how long its KEY is.
sa_key_bytes() {
  case $1 in
    aes-gcm) echo 20 ;;
    aes-cbc-hmac-sha256) echo 48 ;;
    *) die "unknown algorithm '$1': use aes-gcm or aes-cbc-hmac-sha256" ;;
  esac
}

# sa_install GUEST MODE ALGORITHM LOCAL PEER LOCAL-NET PEER-NET SPI-OUT KEY-OUT SPI-IN KEY-IN: replaces all SAs and
# policies of a guest's kernel by one SA in each direction, and the policies that send LOCAL-NET ↔ PEER-NET through them.
sa_install() {
  local guest=$1 mode=$2 algorithm=$3 local=$4 peer=$5 local_net=$6 peer_net=$7
  local spi_out=$8 key_out=$9 spi_in=${10} key_in=${11} commands
  commands="set -e
ip xfrm state flush
ip xfrm policy flush
ip xfrm state add src $local dst $peer proto esp spi $spi_out reqid 1 mode $mode replay-window 32 $(sa_transform "$algorithm" "$key_out")
ip xfrm state add src $peer dst $local proto esp spi $spi_in reqid 1 mode $mode replay-window 32 $(sa_transform "$algorithm" "$key_in")
ip xfrm policy add src $local_net dst $peer_net dir out priority 2 tmpl src $local dst $peer proto esp reqid 1 mode $mode
ip xfrm policy add src $peer_net dst $local_net dir in priority 2 tmpl src $peer dst $local proto esp reqid 1 mode $mode
"
  if [[ $mode == tunnel ]]; then
    commands+="ip xfrm policy add src $peer_net dst $local_net dir fwd priority 2 tmpl src $peer dst $local proto esp reqid 1 mode $mode
"
  fi
  guest_exec "$guest" "$commands" || die "the guest $guest refused its SAs (see the line above)"
}

# sa_wireshark_key SOURCE DESTINATION SPI ALGORITHM KEY: one line of Wireshark's esp_sa table.
sa_wireshark_key() {
  local encryption='AES-GCM with 16 octet ICV [RFC4106]' authentication='NULL' key=$5 authentication_key=''
  if [[ $4 == aes-cbc-hmac-sha256 ]]; then
    encryption='AES-CBC [RFC3602]' authentication='HMAC-SHA-256-128 [RFC4868]'
    authentication_key=0x${key:32} key=${key:0:32}
  fi
  echo "\"IPv4\",\"$1\",\"$2\",\"$3\",\"$encryption\",\"0x$key\",\"$authentication\",\"$authentication_key\""
}
