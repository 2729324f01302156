"""Makes a database such as a shop's nightly crawl leaves after three weeks, for pictures and tests.

A real crawl of a few pages gives the file its tables; rows of runs and pages are then added as
crawls write them. The same each time, but for the times when `now` is not given.
"""

import contextlib
import datetime
import http.server
import json
import pathlib
import random
import sqlite3
import subprocess
import threading

CONFIG = """name  = "lamps"
seeds = ["{origin}/"]
[fetch]
processes = 1
[host."*"]
delay = "0s"
[[record]]
table = "lamp"
url   = '/lamp/'
key   = ["sku"]
[record.fields]
sku   = 'data-sku="([^"]+)"'
name  = '<h1>(.*?)</h1>'
price = {{ re = '£([\\d.,]+)', type = "real" }}
stock = {{ re = '(\\d+) in stock', type = "integer" }}
maker = 'by <b>(.*?)</b>'
"""

NAMES = ["Anglepoise", "Banker", "Tiffany", "Arc", "Tripod", "Lava", "Lantern", "Globe"]


class Shop(http.server.BaseHTTPRequestHandler):
    """A list of eight lamps, and a page for each."""

    def do_GET(self):
        body = ""
        if self.path == "/":
            body = "".join(f'<a href="/lamp/{i}">{n}</a>\n' for i, n in enumerate(NAMES))
            body = f"<!doctype html>\n<title>Lamps</title>\n{body}"
        elif self.path.startswith("/lamp/"):
            i = int(self.path[6:])
            body = (
                f'<!doctype html>\n<title>{NAMES[i]}</title>\n<div data-sku="L{i}">\n'
                f"<h1>{NAMES[i]} lamp</h1>\n<p>by <b>Maker &amp; Sons {i % 3}</b>, £{20 + i}.50\n"
                f"<p>{3 * i} in stock\n</div>\n<script>alert('never')</script>\n"
            )
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def shop():
    """The shop on a free port of 127.0.0.1; gives its origin."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def crawl(thresh, folder):
    """Crawls the shop once; gives the database and the shop's origin."""
    folder = pathlib.Path(folder)
    with shop() as origin:
        (folder / "lamps.toml").write_text(CONFIG.format(origin=origin), encoding="utf-8")
        subprocess.run([thresh, "crawl", folder / "lamps.toml"], check=True)
    return folder / "lamps.db", origin


def iso(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"


def add_run(db, rand, config, start, run, runs):
    """One night: a thousand pages of two hosts, with a spell of trouble."""
    last = run == runs
    pages = 1400 if last else 300 + 4 * run
    (run_id,) = db.execute("select max(run_id) + 1 from runs").fetchone()
    db.execute(
        "insert into runs (run_id, site, config_hash, started_at) values (?, 'lamps', ?, ?)",
        (run_id, config, iso(start)),
    )
    time, failed, total = start, 0, 0
    for i in range(pages):
        trouble = 620 < i < 700
        time += datetime.timedelta(milliseconds=rand.randint(150, 420) * (3 if trouble else 1))
        elapsed = int(min(8000, rand.lognormvariate(4.6, 0.55) * (4 if trouble else 1)))
        status, error = 200, None
        roll = rand.random()
        if trouble and roll < 0.35:
            status, error = (503, None) if roll < 0.2 else (0, "timeout")
        elif roll < 0.008:
            status = 404
        elif roll < 0.25:
            status = 304
        elif roll < 0.255:
            status, error = 0, "connection-reset"
        failed += error is not None or status >= 400
        size = 0 if status in (0, 304) else int(rand.lognormvariate(10.2, 0.7))
        total += size
        host = "https://img.lamps.example" if i % 9 == 4 else "https://lamps.example"
        url = f"{host}/lamp/{i}" if i % 7 else f"{host}/list?page={i // 7}"
        db.execute(
            "insert into pages (url_id, run_id, fetched_at, status, final_url, content_type, bytes,"
            " elapsed_ms, error) values (1, ?, ?, ?, ?, 'text/html', ?, ?, ?)",
            (run_id, iso(time), status, url, size, elapsed, error),
        )
    added = 900 if run == 1 else rand.randint(0, 14)
    db.execute(
        "update runs set finished_at = ?, outcome = 'complete', exit_code = ?, pages = ?,"
        " unchanged = ?, failed = ?, rows_added = ?, rows_changed = ?, rows_gone = ?, bytes = ?"
        " where run_id = ?",
        (iso(time), 4 if last else 0, pages, pages // 4, failed, added, rand.randint(5, 60),
         rand.randint(0, 9), total, run_id),
    )
    for field, share in (("", 1), ("sku", 1), ("name", 1), ("price", 0.31 if last else 0.985),
                         ("stock", 0.72 + 0.01 * run), ("maker", 0.64)):
        rows = 260 + 3 * run + rand.randint(-6, 6)
        db.execute(
            "insert into extraction (run_id, table_name, rule, field, pages, matched, rows, filled,"
            " failed, conflicts, too_few, example, example_pages)"
            " values (?, 'lamp', 'r', ?, ?, ?, ?, ?, ?, 0, 0, ?, '[]')",
            (run_id, field, rows, rows, rows, int(rows * share),
             7 if last and field == "price" else 0, "£1.299,00" if field == "price" else None),
        )
    if last:
        db.execute(
            "insert into findings (run_id, table_name, field, kind, message, examples, rule)"
            " values (?, 'lamp', 'price', 'filled', ?, ?, 'r')",
            (run_id, "price is in 31 % of the rows; it was in 98.5 % of those of the five runs before",
             json.dumps(["https://lamps.example/lamp/17", "https://lamps.example/lamp/40"])),
        )
    return time


def add_history(db, rand, start, days):
    """Prices that moved night by night."""
    end = start + datetime.timedelta(days=days)
    for sku in range(8):
        price = 20 + 9 * sku
        since = start
        for day in range(1, days):
            if rand.random() > 0.3:
                continue
            until = start + datetime.timedelta(days=day, minutes=sku)
            db.execute(
                "insert into lamp_history (sku, name, price, stock, maker, _site, _url_id,"
                " _valid_from, _valid_to, _run_id, _rule) values (?, ?, ?, ?, 'x', 'lamps', 1, ?, ?,"
                " 1, 'r')",
                (f"L{sku}", NAMES[sku] + " lamp", round(price, 2), rand.randint(0, 40), iso(since),
                 iso(until)),
            )
            price = max(5, price * rand.uniform(0.85, 1.15))
            since = until
        db.execute("update lamp set price = ?, _first_seen = ?, _last_seen = ? where sku = ?",
                   (round(price, 2), iso(start), iso(end), f"L{sku}"))


def make(thresh, folder, now=None, runs=20):
    """Gives the path of the database."""
    path, _ = crawl(thresh, folder)
    rand = random.Random(7)
    now = now or datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    start = now - datetime.timedelta(days=runs, minutes=9)
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        (config,) = db.execute("select config_hash from configs").fetchone()
        db.execute("update runs set started_at = ?, finished_at = ?", (iso(start), iso(start)))
        for run in range(1, runs + 1):
            night = start + datetime.timedelta(days=run)
            end = add_run(db, rand, config, night, run, runs)
        add_history(db, rand, start, runs)
        for host, next_at, delay_ms, failures, status, text in (
                ("https://lamps.example", end, 1000, 0, 200, "User-agent: *"),
                ("https://img.lamps.example", now + datetime.timedelta(minutes=40), 4000, 6, 404, "")):
            db.execute(
                "insert or replace into hosts (host, next_at, delay_ms, failures, robots_at,"
                " robots_status, robots_text) values (?, ?, ?, ?, ?, ?, ?)",
                (host, iso(next_at), delay_ms, failures, iso(end), status, text),
            )
    return path
