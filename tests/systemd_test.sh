#!/usr/bin/env bash
# Boots the systemd of a bare Debian in namespaces of its own and tries the package's units there:
# a crawl that goes well, one that fails, one that is stopped, the timer, and removal meanwhile.
#
#   tests/systemd_test.sh [--system DIR] [PACKAGE]     as script/package-test, as root
#
# Wants a kernel that lets root mount cgroup2. Not in the suite: it takes a minute or two.
set -euo pipefail
# shellcheck source=tests/support/bare_system.sh
source "$(dirname "${BASH_SOURCE[0]}")/support/bare_system.sh"

cgroup=
boot=
# shellcheck disable=SC2317  # bare_system.sh calls it
tidy_more() {
  [[ -z $boot ]] || kill -KILL "$boot" 2>/dev/null || true  # and, as its child, the system's init
  [[ -z $boot ]] || wait "$boot" 2>/dev/null || true
  [[ -z $cgroup ]] || until find "$cgroup" -depth -type d -exec rmdir {} +; do sleep 0.1; done 2>/dev/null
}

open_system "$@"
apt install systemd systemd-sysv dbus man-db
apt install /tmp/thresh.deb
umount "$bare/proc" "$bare/dev"

# A tree of control groups for it, below the one that this machine has.
unified=$(findmnt -n -t cgroup2 -o TARGET | head -1)
[[ -n $unified ]] || fail "no cgroup2 is mounted here"
cgroup=$unified/thresh-systemd-test.$$
mkdir "$cgroup"
cat >"$folder/boot" <<'BOOT'
set -e
echo $$ >"$2/cgroup.procs"
exec unshare --cgroup bash -ec '
  mount --make-rprivate /
  mount --bind "$1" "$1"
  cd "$1"
  mount -t proc proc proc
  mount -t sysfs -o ro sysfs sys
  mount -t cgroup2 cgroup2 sys/fs/cgroup
  mount -t tmpfs -o mode=755 tmpfs dev
  for node in null zero full random urandom tty; do
    touch dev/$node
    mount --bind /dev/$node dev/$node
  done
  mkdir dev/shm dev/pts old
  mount -t tmpfs tmpfs dev/shm
  mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
  ln -s pts/ptmx dev/ptmx
  ln -s /proc/self/fd dev/fd
  mount -t tmpfs -o mode=755 tmpfs run
  pivot_root . old
  cd /
  umount -l /old
  rmdir /old
  exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /sbin/init
' bash "$1"
BOOT
unshare --pid --mount --uts --ipc --fork --kill-child bash "$folder/boot" "$bare" "$cgroup" \
  </dev/null >"$folder/console" 2>&1 &
boot=$!

in_system() {
  nsenter --target "$(pgrep -P "$boot")" --mount --uts --ipc --pid --cgroup \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"
}
state() { in_system systemctl is-system-running 2>/dev/null || true; }
for ((i = 0; i < 300; ++i)); do
  kill -0 "$boot" || { cat "$folder/console" >&2; fail "it did not boot"; }
  [[ $(state) == running || $(state) == degraded ]] && break
  sleep 0.2
done
echo "booted: $(in_system systemctl --version | head -1), $(state)"
shows() { in_system systemctl show --value -p "$1" "$2"; }

in_system systemd-analyze verify thresh@lamps.service thresh@lamps.timer thresh-failed@lamps.service
says "systemd-analyze verify is content"

mkdir "$folder/site"
echo '<b class="price">£7.50</b>' >"$folder/site/lamp.html"
for page in {1..50}; do echo "<a href=\"$((page + 1)).html\">next</a>" >"$folder/site/$page.html"; done
serve "$folder/site"
cat >"$bare/etc/thresh/lamps.toml" <<CONFIG
seeds = ["http://127.0.0.1:$port/lamp.html"]
[[record]]
table = "lamp"
match = 'price">£(?P<price>[\d.]+)'
CONFIG
echo "seeds = ['http://127.0.0.1:$port/missing']" >"$bare/etc/thresh/broken.toml"
mkdir "$bare/etc/thresh/long"
echo "seeds = ['http://127.0.0.1:$port/1.html']" >"$bare/etc/thresh/long/long.toml"

in_system systemctl start thresh@lamps.service ||
  fail "$(in_system journalctl --no-pager -n 20 -o cat)"
price=$(in_system thresh query /var/lib/thresh/lamps.db 'select price from lamp')
[[ $price == '{"price":"7.50"}' && $(stat -c %U "$bare/var/lib/thresh") != root ]] || fail "lamps: $price"
says "a crawl: $price"

! in_system systemctl start thresh@broken.service 2>/dev/null || fail "a failure went unnoticed"
[[ $(shows ExecMainStatus thresh@broken.service) == 3 ]] || fail "the seed's failure is not told"
for ((i = 0; i < 50; ++i)); do
  in_system journalctl -o cat -t thresh | grep -q 'The crawl of broken has failed' && break
  sleep 0.2
done
((i < 50)) || fail "OnFailure= said nothing"
says "a failed one: exit code 3, and the log has a line on it"

pages() { in_system thresh query /var/lib/thresh/long.db 'select count(*) from pages' -f tsv 2>/dev/null | tail -1; }
in_system systemctl start --no-block thresh@long.service
for ((i = 0; i < 100; ++i)); do
  [[ $(pages) == [1-9]* ]] && break
  sleep 0.2
done
privileges=$(in_system grep -E '^(NoNewPrivs|Seccomp|CapEff):' \
  "/proc/$(shows MainPID thresh@long.service)/status" | tr -s '\n\t' ' ')
[[ $privileges == 'CapEff: 0000000000000000 NoNewPrivs: 1 Seccomp: 2 ' ]] || fail "locked in: $privileges"
says "locked in: $privileges"
in_system systemctl stop thresh@long.service
[[ $(shows Result thresh@long.service) == success ]] || fail "stopping is no failure"
in_system thresh runs /var/lib/thresh/long.db -f tsv | grep -q interrupted || fail "it did not save"
says "a stopped one: a success, saved after $(pages) pages"

in_system systemctl enable --now thresh@lamps.timer 2>/dev/null
in_system systemctl list-timers thresh@lamps.timer | grep -q thresh@lamps.service || fail "no timer"
says "the timer waits"

in_system systemctl start --no-block thresh@long.service
until [[ -e $bare/var/lib/thresh/long.db-wal ]]; do sleep 0.1; done
in_system env DEBIAN_FRONTEND=noninteractive apt-get -qq --yes purge thresh >/dev/null 2>&1
[[ ! -e $bare/var/lib/thresh/long.db-wal ]] || fail "it was not stopped before it was removed"
left=$(find "$bare/etc/systemd" "$bare/lib/systemd" "$bare/var/lib/systemd" -name '*thresh*')
[[ -z $left ]] || fail "left behind: $left"
[[ $(in_system systemctl list-units --all --plain --no-legend 'thresh*') == "" ]] || fail "units are left"
says "purged while it ran: saved, and nothing of the units is left"
