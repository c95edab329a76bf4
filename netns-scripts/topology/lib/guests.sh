# Part of ../lib.sh: User-Mode Linux guests, and commands in them.
# shellcheck shell=bash disable=SC2034,SC2154 # defined and used in the other files of lib.sh

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
  guest_pid "$name" >/dev/null && die "the guest $name of $NETNS_PREFIX runs already: netns-scripts/topology/down.sh ends it"
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
    die "user-mode-linux is not installed: run netns-scripts/setup/packages.sh"
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
  guest_pid "$name" >/dev/null || die "the guest $name of $NETNS_PREFIX does not run: netns-scripts/topology/up.sh starts it"
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
    kill -s KILL -- "-$pid" 2>/dev/null # the rest of the group
    for attempt in {1..100}; do
      pgrep -g "$pid" -r D,R,S,T,t >/dev/null || break
      pause 0.02
    done
  fi
  rm -rf "$directory/pid" "$directory/ready" "$directory/console-input" "$TOPOLOGY_DIRECTORY/uml/$name"
}
