"""Runs the examples of configs/ by the program itself, each on a small site of its kind.

    configs_test.py PROGRAM CONFIGS [TEST…]
"""

import csv
import io
import pathlib
import subprocess
import sys
import tempfile
import unittest

import config_sites
from local_site import LocalSite

PROGRAM, CONFIGS = sys.argv[1], pathlib.Path(sys.argv[2])


class ConfigsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="thresh-configs-")
        self.addCleanup(folder.cleanup)
        self.db = pathlib.Path(folder.name) / "test.db"

    def serve(self, answer):
        site = LocalSite(answer)
        self.addCleanup(site.close)
        return site

    def crawl(self, config, seeds, *more, exit_code=0):
        """Crawls without delays; gives what was said on stderr."""
        quoted = ", ".join(f'"{seed}"' if isinstance(seed, str) else seed["toml"] for seed in seeds)
        command = [PROGRAM, "crawl", CONFIGS / config, "--db", self.db, "--set", f"seeds=[{quoted}]"]
        command += ["--set", 'host."*".delay="0s"', *more]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, exit_code, done.stderr)
        self.assertEqual(done.stdout, "")
        if exit_code == 0:
            self.assertEqual(done.stderr, "", "cron would mail this")
        return done.stderr

    def rows(self, sql):
        command = [PROGRAM, "query", self.db, sql, "-f", "csv"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return [tuple(row) for row in csv.reader(io.StringIO(done.stdout))][1:]

    def test_books(self):
        site = self.serve(config_sites.bookshop)
        self.crawl("books.toml", [site.origin + "/list?page=1"])
        self.assertEqual(
            self.rows("select sku, title, price, author, pages, published, subjects from book where sku = 'B7'"),
            [("B7", "Book 7", "7500.5", "Author 1", "107", "2024-05-07", '["Lamps","Light & shade"]')],
        )
        self.assertEqual(self.rows("select count(*), count(author) from book"), [("12", "12")])
        self.assertEqual(
            self.rows("select count(*) from book join urls on link = url where state = 'done'"), [("12",)]
        )
        self.assertNotIn("/list?page=1&sort=price", site.requests)
        self.assertNotIn("/about", site.requests)

    def test_sitemap(self):
        site = self.serve(config_sites.newspaper)
        self.crawl("sitemap.toml", [f"sitemap:{site.origin}/sitemap.xml"])
        self.assertEqual(
            self.rows("select title, author, section, published, words, text from article order by title"),
            [
                ("On lamps", "A. Lamps", "front", "2026-03-03T07:00:00.000Z", "1200", "All about lamps."),
                ("On light", "A. Light", "arts", "2026-03-03T07:00:00.000Z", "1200", "All about light."),
                ("On shade", "A. Shade", "front", "2026-02-03T07:00:00.000Z", "1200", "All about shade."),
            ],
        )
        again = len(site.requests)
        self.crawl("sitemap.toml", [f"sitemap:{site.origin}/sitemap.xml"])
        asked = [target for target in site.requests[again:] if "/2026/" in target]
        self.assertEqual(asked, [], "articles rest for an hour at least")

    def test_api(self):
        site = self.serve(config_sites.item_api)
        seed = {"toml": f'{{ url = "{site.origin}/v1/items?limit=100", headers = {{ Accept = "application/json" }} }}'}
        self.crawl("api.toml", [seed], "--set", 'limits.hosts=["127.0.0.1"]')
        self.assertEqual(
            self.rows("select * from (select id, name, price, stocked, updated, tags from item) where id in (4, 5)"),
            [
                ("4", "Item 4", "4.5", "1", "2026-03-04T08:00:00.000Z", "[]"),
                ("5", "Item 5", "5.5", "0", "2026-03-05T08:00:00.000Z", '["new"]'),
            ],
        )
        self.assertEqual(self.rows("select count(*) from item"), [("5",)])

    def test_prices(self):
        shop = config_sites.LampShop()
        site = self.serve(shop)
        seeds = [site.origin + "/lamp/blue", site.origin + "/lamp/red"]
        self.crawl("prices.toml", seeds)
        shop.blue = "18.50"
        self.crawl("prices.toml", seeds)
        self.assertEqual(
            self.rows("select sku, price, stock from offer order by sku"),
            [("L-20", "18.5", "InStock"), ("L-30", "30.5", "unknown")],
        )
        self.assertEqual(self.rows("select sku, price from offer_history"), [("L-20", "20.0")])
        shop.blocked = True
        said = self.crawl("prices.toml", seeds, exit_code=3)
        self.assertIn("/lamp/red", said)
        self.assertEqual(self.rows("select count(*) from offer where _gone_at is null"), [("2",)])

    def test_forum(self):
        site = self.serve(config_sites.forum)
        self.crawl("forum.toml", [site.origin + "/"])
        self.assertEqual(
            self.rows("select thread, title, replies from thread order by thread"),
            [("1", "Thread 1", "3"), ("2", "Thread 2", "6")],
        )
        self.assertEqual(
            self.rows("select post, thread, author, written, quotes, body from post order by post limit 2"),
            [
                ("111", "1", "U1", "2026-01-01T09:00:00.000Z", '["0"]', "Words 1"),
                ("112", "1", "U2", "2026-01-02T09:00:00.000Z", '["1"]', "Words 2"),
            ],
        )
        self.assertEqual(self.rows("select count(*) from post"), [("6",)])
        self.assertEqual([target for target in site.requests if "sid=" in target or "print" in target], [])
        before = len(site.requests)
        self.crawl("forum.toml", [site.origin + "/"])
        self.assertEqual([t for t in site.requests[before:] if "/thread/" in t], [], "threads rest")
        self.assertIn("/board/lamps/", site.requests[before:], "a board does not")

    def test_hourly(self):
        river = config_sites.River()
        site = self.serve(river)
        for hour in (8, 8, 9):
            river.hour = hour
            self.crawl("hourly.toml", [site.origin + "/level"])
        self.assertEqual(
            self.rows("select station, measured, metres, trend from level order by measured"),
            [
                ("Upper bridge", "2026-03-03T07:00:00.000Z", "3.25", "rising"),
                ("Upper bridge", "2026-03-03T08:00:00.000Z", "4.25", "rising"),
            ],
        )
        self.assertEqual(self.rows("select count(*) from pages where status = 304"), [("1",)])

    def test_gbk(self):
        site = self.serve(config_sites.chinese_books)
        self.crawl("gbk.toml", [site.origin + "/list_1.html"], "--set", 'host."127.0.0.1".charset="gbk"')
        self.assertEqual(
            self.rows('select "书号", "书名", "作者", "价格", "出版" from "图书" where "书号" = 4'),
            [("4", "第4本书", "老舍", "4.8", "1936-04-01")],
        )
        self.assertEqual(self.rows('select count(*) from "图书"'), [("6",)])


    def test_every_example_is_tried(self):
        tried = {name.removeprefix("test_") for name in dir(self) if name.startswith("test_")}
        in_cc = {"board", "sizes"}  # tests/configs/configs_test.cc
        self.assertEqual({path.stem for path in CONFIGS.glob("*.toml")} - in_cc - tried, set())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
