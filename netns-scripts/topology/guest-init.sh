#!/bin/sh
# PID 1 of a User-Mode Linux guest. lib.sh (guest_start) boots a guest with this as init; it is never run by hand.
#
# The root is the host's own file system, read-only, so every program of the host runs here too.
# $RUN_DIRECTORY is mounted read-write at the path it has on the host: a result written there is a result on the host.
#
# Command channel: a line "run ID" on the console runs $GUEST_DIRECTORY/jobs/ID.sh in a session of its own;
# its output goes to ID.out and ID.err, then its exit status to ID.status (complete as soon as it is not empty).
# "signal NAME ID" sends the signal NAME to every process of that session's group. "halt" writes back and powers off.
#
# Words of the kernel command line that arrive as environment: RUN_DIRECTORY GUEST_DIRECTORY CHECKOUT
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev 2>/dev/null # the kernel may have mounted it already
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
for directory in /run /tmp /dev/shm; do
  mount -t tmpfs tmpfs "$directory"
done
# The fresh /tmp or /run may hide the checkout: then it is mounted again at its own path.
if [ ! -e "$CHECKOUT/netns-scripts" ]; then
  mkdir -p "$CHECKOUT" && mount -t hostfs -o "$CHECKOUT,ro" none "$CHECKOUT"
fi
[ -d "$RUN_DIRECTORY" ] || mkdir -p "$RUN_DIRECTORY"
mount -t hostfs -o "$RUN_DIRECTORY" none "$RUN_DIRECTORY"
# hostfs writes back lazily; a log that a guest's daemon writes should be readable on the host at once.
echo 10 >/proc/sys/vm/dirty_writeback_centisecs
echo 10 >/proc/sys/vm/dirty_expire_centisecs

# No AEAD SA can be made without drbg, and nothing loads it by itself.
modprobe -d "$RUN_DIRECTORY/modules" -a ipv6 hmac cbc sha256_generic sha512_generic drbg ghash-generic gcm ctr seqiv \
  echainiv authenc crypto_null xfrm_algo xfrm_user esp4 esp6 ah4 ah6 dummy tun
ip link set lo up
# The first AEAD SA of a kernel seeds its random generator, looking in vain for a jitter source: a second when it may
# load modules, nothing while it may not. So that happens here, not in somebody's first SA.
echo >/proc/sys/kernel/modprobe
ip xfrm state add src 127.0.0.1 dst 127.0.0.1 proto esp spi 0x100 mode transport \
  aead 'rfc4106(gcm(aes))' 0x0000000000000000000000000000000000000000 128
ip xfrm state delete src 127.0.0.1 dst 127.0.0.1 proto esp spi 0x100
printf '#!/bin/sh\nexec /sbin/modprobe -d %s/modules "$@"\n' "$RUN_DIRECTORY" >/run/modprobe
chmod +x /run/modprobe
echo /run/modprobe >/proc/sys/kernel/modprobe

jobs=$GUEST_DIRECTORY/jobs

run_job() { # ID
  # A shell starts background commands with INT ignored; a job must react to it.
  setsid env --default-signal=INT,QUIT sh "$jobs/$1.sh" >"$jobs/$1.out" 2>"$jobs/$1.err" </dev/null &
  echo $! >"/run/job-$1"
  wait $!
  result=$?
  # A daemon the job left behind may hold its files open; closing them once more makes hostfs write them back now.
  : >>"$jobs/$1.out"
  : >>"$jobs/$1.err"
  echo "$result" >"$jobs/$1.status"
}

serve() {
  while read -r verb argument job; do
    case $verb in
      run) (run_job "$argument" &) ;;
      signal) read -r group <"/run/job-$job" && kill -s "$argument" -- "-$group" ;;
      halt)
        sync
        echo o >/proc/sysrq-trigger
        ;;
    esac
  done
}

touch "$GUEST_DIRECTORY/ready"
serve </dev/console &
# As PID 1 this shell inherits every orphan, and reaps it while it waits forever.
while :; do wait; sleep 1; done
