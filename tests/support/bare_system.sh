# shellcheck shell=bash
# A bare Debian 12 in a folder of its own, for scripts that try the package: sourced by
# script/package-test and tests/systemd_test.sh.
#
#   open_system "$@"     takes [--system DIR] [PACKAGE] from a command line; sets $bare, $package, $folder
#   inside COMMAND…      in the system
#   apt COMMAND…         in the system, without a word unless it fails
#   serve FOLDER         by HTTP on 127.0.0.1; sets $port
#   fail WORDS…
#
# All is gone when the script ends; what the script itself has to tidy is `tidy_more`.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
server=

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}
says() { echo "  $*"; }
tidy_more() { :; }

# shellcheck disable=SC2317  # it is called at the end
tidy() {
  tidy_more
  [[ -z $server ]] || kill "$server"
  for mounted in proc dev; do
    ! mountpoint -q "$bare/$mounted" || umount --lazy "$bare/$mounted"
  done
  rm -rf --one-file-system "$folder"
}

open_system() {
  local system=
  if [[ ${1-} == --system ]]; then
    system=$2
    shift 2
  fi
  package=${1-$(echo "$root"/build/package/thresh_*.deb)}
  [[ -f $package ]] || fail "there is no $package: run script/package"
  ((EUID == 0)) || fail "only root may make another system"
  folder=$(mktemp -d /var/tmp/thresh-package.XXXXXX)
  bare=$folder/system
  trap tidy EXIT
  if [[ -n $system ]]; then
    cp -a "$system" "$bare"
  else
    "$root/script/setup" debootstrap
    debootstrap --variant=minbase bookworm "$bare" >"$folder/log" || { cat "$folder/log" >&2; exit 1; }
  fi
  mount -t proc proc "$bare/proc"
  mount --bind /dev "$bare/dev"
  cp "$package" "$bare/tmp/thresh.deb"
  apt update
}

inside() { chroot "$bare" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root "$@"; }

apt() {
  inside DEBIAN_FRONTEND=noninteractive apt-get -qq --yes --no-install-recommends "$@" \
    >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
}

serve() {
  : >"$folder/port"
  python3 -u -m http.server --bind 127.0.0.1 --directory "$1" 0 >"$folder/port" 2>/dev/null &
  server=$!
  until grep -q port "$folder/port"; do kill -0 "$server"; done
  port=$(grep -oP 'port \K\d+' "$folder/port")
}
