#!/usr/bin/env bash
# Crawls by Debian's real cron, every minute, for about two minutes:
#
#   tests/cron_test.sh              THRESH names the program, else build/thresh
#
# One crawl ends within its minute: each run must be silent, exit 0 and leave the same rows. Another
# takes longer: the run of the next minute must end with 75 and hurt nothing.
#
# Cron runs in a mount namespace of its own, with empty system tables and a sendmail that only takes
# notes: the machine's cron, if it has one, is not touched. Exit 77: skipped, and why.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
thresh=${THRESH:-$root/build/thresh}

skip() {
  echo "cron_test: skipped: $*"
  exit 77
}
fail() {
  echo "cron_test: FAILED: $*" >&2
  exit 1
}

((EUID == 0)) || skip "cron's tables can be written by root only"
[[ -x $thresh ]] || skip "$thresh is not there: run script/build"
command -v cron >/dev/null || skip "cron is not installed: apt-get install cron"
unshare --mount true 2>/dev/null || skip "no mount namespace can be made here"

work=$(mktemp -d)
cron=
site=
cleanup() {
  [[ -z $cron ]] || kill "$cron" 2>/dev/null || true
  [[ -z $site ]] || kill "$site" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

# Thirty pages; "/slow/0" and "/fast/0" are the first ones.
start_site() {
  python3 - >"$work/port" <<'PYTHON' &
import http.server, sys
class Site(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        _, kind, number = (self.path.split("/") + ["", ""])[:3]
        known = kind in ("slow", "fast") and number.isdigit() and int(number) < 30
        body = b""
        if known:
            body = f"<h1>{kind} {number}</h1><a href=/{kind}/{int(number) + 1}>next</a>".encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
print(server.server_port, flush=True)
server.serve_forever()
PYTHON
  site=$!
  while [[ ! -s $work/port ]]; do kill -0 "$site" && sleep 0.1; done
}

write_config() { # NAME DELAY
  cat >"$work/$1.toml" <<TOML
seeds = ["http://127.0.0.1:$(<"$work/port")/$1/0"]
[host."*"]
delay = "$2"
[[record]]
table = "heading"
match = '<h1>(?P<text>[^<]*)</h1>'
TOML
}

# Cron with its own tables. The jobs note their exit codes; what they print is cron's to mail.
start_cron() {
  mkdir "$work/none" "$work/run" "$work/tables"
  printf '#!/bin/sh\ncat >>%s/mail\n' "$work" >"$work/sendmail"
  chmod +x "$work/sendmail"
  cat >"$work/crontab" <<CRONTAB
SHELL=/bin/sh
* * * * * root $thresh crawl $work/fast.toml; echo \$? >>$work/fast.codes
* * * * * root $thresh crawl $work/slow.toml; echo \$? >>$work/slow.codes
CRONTAB
  : >>"$work/mail"
  unshare --mount bash -euc '
    mount --bind "$1/none" /etc/cron.d
    mount --bind "$1/crontab" /etc/crontab
    mount --bind "$1/tables" /var/spool/cron/crontabs
    mount --bind "$1/run" /run
    [[ ! -e /usr/sbin/sendmail ]] || mount --bind "$1/sendmail" /usr/sbin/sendmail
    exec cron -f' start "$work" &
  cron=$!
}

count() { [[ ! -e $work/$1.codes ]] || grep -cx "$2" "$work/$1.codes" || true; }
query() { "$thresh" query "$work/$1.db" "$2" -f tsv | tail -n +2; }

start_site
write_config fast 10ms
write_config slow 2500ms
touch "$work/crontab"
start_cron
for ((second = 0; second < 200; ++second)); do
  kill -0 "$cron" 2>/dev/null || fail "cron has ended"
  [[ $(count slow 0) -ge 1 && $(count fast 0) -ge 2 ]] && break
  sleep 1
done
kill "$cron"
wait "$cron" 2>/dev/null || true
cron=

echo "fast: exit codes" $(<"$work/fast.codes") "; slow:" $(<"$work/slow.codes")
[[ $(sort -u "$work/fast.codes") == 0 ]] || fail "a run of the fast crawl did not exit 0"
[[ $(sort "$work/slow.codes" | uniq | xargs) == "0 75" ]] || fail "no run met the one before it"
if [[ -e /usr/sbin/sendmail ]]; then
  grep -q "^Subject:.*slow.toml" "$work/mail" || fail "cron did not mail what the second crawl said"
  ! grep -q "^Subject:.*fast.toml" "$work/mail" || fail "a good crawl was not silent"
else
  echo "no sendmail here: what was printed was not looked at"
fi
for name in fast slow; do
  complete=$(query "$name" "SELECT count(*) FROM runs WHERE outcome = 'complete'")
  [[ $complete == "$(count "$name" 0)" ]] || fail "$name: $complete complete runs"
  [[ $(query "$name" "SELECT count(DISTINCT text) || ' ' || count(*) FROM heading") == "30 30" ]] ||
    fail "$name: the rows are not what one run leaves"
done
echo "cron_test: passed"
