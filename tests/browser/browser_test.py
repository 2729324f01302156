"""The report and the pages of `serve` in a real browser: headless Chromium, driven by clicks.

python3 browser_test.py THRESH. Exit code 77: there is no browser here, which is said on stdout.
"""

import contextlib
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
import shop_database

SYSTEM_PYTHON = "/usr/bin/python3"
try:
    from selenium import webdriver
    from selenium.common.exceptions import StaleElementReferenceException
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import WebDriverWait
except ImportError:
    # Debian's own Python has Debian's packages; the one that runs this may be another.
    if os.access(SYSTEM_PYTHON, os.X_OK) and "SECOND_TRY" not in os.environ:
        os.environ["SECOND_TRY"] = "1"
        os.execv(SYSTEM_PYTHON, [SYSTEM_PYTHON, *sys.argv])
    # Where the pages cannot be looked at, what they show is made all the same, lest it grow stale.
    with tempfile.TemporaryDirectory() as folder:
        shop_database.make(os.path.abspath(sys.argv[1]), pathlib.Path(folder))
    print("skipped: python3-selenium is not installed")
    sys.exit(77)

THRESH = os.path.abspath(sys.argv.pop(1))
PATIENCE = 20  # seconds, on a busy machine
HOSTILE = "\"'><img src=x onerror=\"window.pwned=1\"><script>window.pwned=1</script>\u202e"
HOSTILE += "W" * 3000  # one word


def find_program(*names):
    return next((path for name in names if (path := shutil.which(name))), None)


@contextlib.contextmanager
def serve(database):
    """`thresh serve`; gives its URL."""
    with subprocess.Popen(
        [THRESH, "serve", database, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            yield server.stdout.readline().strip()
        finally:
            server.send_signal(signal.SIGINT)
            assert server.wait(PATIENCE) == 0


class BrowserTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.database = shop_database.make(THRESH, cls.folder)
        options = webdriver.ChromeOptions()
        options.binary_location = find_program("chromium", "chromium-browser")
        for flag in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage",
                     f"user-data-dir={cls.folder / 'profile'}"):
            options.add_argument("--" + flag)
        options.add_experimental_option(
            "prefs", {"download.default_directory": str(cls.folder / "downloads")})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        cls.browser = webdriver.Chrome(
            service=Service(find_program("chromedriver")), options=options)
        cls.addClassCleanup(cls.browser.quit)

    def setUp(self):
        self.browser.set_window_size(1200, 900)
        self.browser.get_log("browser")

    def tearDown(self):
        complaints = [e["message"] for e in self.browser.get_log("browser")
                      if e["level"] == "SEVERE" and "status of 400" not in e["message"]
                      and "/events - Failed to load" not in e["message"]]  # the server has ended
        self.assertEqual(complaints, [], "what the browser complains of")

    # Verbs.

    def report(self, database=None, *more):
        file = self.folder / "report.html"
        subprocess.run([THRESH, "report", database or self.database, "-o", file, *more], check=True)
        self.browser.get(file.as_uri())

    def one(self, css):
        return self.browser.find_element(By.CSS_SELECTOR, css)

    def all(self, css):
        return self.browser.find_elements(By.CSS_SELECTOR, css)

    def link(self, text):
        return self.browser.find_element(By.LINK_TEXT, text)

    def run_js(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def wait(self, condition):
        """Until the condition holds; the page may be replaced while it is being asked."""
        patience = WebDriverWait(self.browser, PATIENCE,
                                 ignored_exceptions=[StaleElementReferenceException])
        return patience.until(lambda _: condition())

    @contextlib.contextmanager
    def another_page(self):
        """What is done in it leads to another page, which is there whole at its end."""
        self.run_js("window.here = true")
        yield
        self.wait(lambda: self.run_js(
            "return !window.here && document.readyState === 'complete'"))

    def follow(self, element):
        with self.another_page():
            element.click()

    def column(self, number):
        return [cell.text for cell in self.all(f"tbody td:nth-child({number})")]

    # What holds for every page.

    def assert_fits(self):
        for width in (1200, 375):
            self.browser.set_window_size(width, 900)
            widths = self.run_js(
                "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
            self.assertLessEqual(widths[0], widths[1], f"the page scrolls sideways at {width}")
        self.browser.set_window_size(1200, 900)

    def assert_accessible(self):
        faults = self.run_js("""
          const faults = [];
          const say = (what, element) => faults.push(what + ': ' + element.outerHTML.slice(0, 120));
          document.querySelectorAll('svg').forEach((svg) => {
            const named = svg.getAttribute('role') === 'img' && svg.getAttribute('aria-label');
            if (!named && svg.getAttribute('aria-hidden') !== 'true') say('a nameless picture', svg);
          });
          document.querySelectorAll('table').forEach((table) => {
            if (!table.caption || !table.caption.textContent) say('no caption', table);
            if (!table.querySelector('th[scope]')) say('no heads', table);
          });
          document.querySelectorAll('th').forEach((head) => {
            if (!head.textContent.trim()) say('an empty head', head);
          });
          document.querySelectorAll('input:not([type=hidden]), textarea').forEach((input) => {
            if (!input.labels.length && !input.ariaLabel) say('no label', input);
          });
          let level = 0;
          document.querySelectorAll('h1, h2, h3').forEach((heading) => {
            const now = Number(heading.tagName[1]);
            if (now > level + 1) say('a level is skipped', heading);
            level = now;
          });
          if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
          const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
          if (new Set(ids).size !== ids.length) faults.push('an id is there twice');
          if (!document.documentElement.lang) faults.push('no language');
          return faults;""")
        self.assertEqual(faults, [])

    def assert_legible(self):
        """Text has the contrast that WCAG 2.1 (1.4.3) asks for, in light and dark."""
        for scheme in ("light", "dark"):
            self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
                "features": [{"name": "prefers-color-scheme", "value": scheme}]})
            faint = self.run_js("""
              const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
              const luminance = (colour) => {
                const [r, g, b] = colour.slice(0, 3).map((v) => {
                  v /= 255;
                  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
                });
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
              };
              const behind = (element) => {
                for (; element; element = element.parentElement) {
                  const colour = parse(getComputedStyle(element).backgroundColor);
                  if (colour.length === 3 || colour[3] === 1) return colour;
                }
                return [255, 255, 255];
              };
              const faint = new Set();
              document.querySelectorAll('body *').forEach((element) => {
                const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
                if (!own || element.closest('title, .hidden, [hidden]')) return;
                const style = getComputedStyle(element);
                const ink = parse(element.closest('svg') ? style.fill : style.color);
                const [a, b] = [luminance(ink), luminance(behind(element))];
                const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                if (contrast < 4.5) {
                  faint.add(`${element.tagName}.${element.getAttribute('class')} ${contrast}`);
                }
              });
              return [...faint];""")
            self.assertEqual(faint, [], scheme)
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})

    def assert_unharmed(self):
        self.assertIsNone(self.run_js("return window.pwned"))
        self.assertNotIn("\u202e", self.run_js("return document.body.textContent"))

    # The report.

    def test_report_reads_well_everywhere(self):
        self.report(None, "--plot", "lamp.price", "--by", "sku")
        self.assertEqual(self.one("h1").text, "lamps.db")
        headings = [h.text for h in self.all("h2")]
        for heading in ("Health", "lamp.price over time", "Fetches", "Records", "Hosts", "Runs"):
            self.assertIn(heading, headings)
        self.assert_fits()
        self.assert_accessible()
        self.assert_legible()

    def test_report_loads_and_runs_nothing(self):
        self.report()
        self.assertEqual(self.run_js("return performance.getEntriesByType('resource').length"), 0)
        self.assertEqual(len(self.all("script, link, img, iframe, object")), 0)
        policy = self.one("meta[http-equiv='Content-Security-Policy']").get_attribute("content")
        self.assertTrue(policy.startswith("default-src 'none'"))
        # The style is let in by its hash: without it there would be no cards.
        self.assertNotEqual(self.one("section").value_of_css_property("border-radius"), "0px")

    def test_labels_of_plots_do_not_overlap(self):
        self.report(None, "--plot", "lamp.price")
        for width in (1200, 375):
            self.browser.set_window_size(width, 900)
            overlaps = self.run_js("""
              const overlaps = [];
              document.querySelectorAll('svg.plot').forEach((svg) => {
                const texts = [...svg.querySelectorAll('text')].filter((t) => t.textContent);
                const boxes = texts.map((t) => t.getBoundingClientRect());
                boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b, j) => {
                  if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) {
                    overlaps.push(texts[i].textContent + ' / ' + texts[i + j + 1].textContent);
                  }
                }));
                if (boxes.some((box) => box.left < 0 || box.right > innerWidth)) overlaps.push('cut');
              });
              return overlaps;""")
            self.assertEqual(overlaps, [], width)

    def test_numbers_unfold_by_keyboard(self):
        self.report()
        summary = self.one("figure summary")
        shown = "return document.querySelector('figure details table').checkVisibility()"
        self.assertFalse(self.run_js(shown))
        self.run_js("arguments[0].focus()", summary)
        summary.send_keys(Keys.ENTER)
        self.assertTrue(self.run_js(shown))
        self.assertNotEqual(summary.value_of_css_property("outline-style"), "none")

    def test_hostile_content_stays_text(self):
        database = self.folder / "hostile.db"
        shutil.copy(self.database, database)
        with contextlib.closing(sqlite3.connect(database)) as db, db:
            db.execute("update lamp set name = ?", (HOSTILE,))
            db.execute("update lamp_history set name = ?", (HOSTILE + "2",))
            db.execute("update runs set outcome = ?", (HOSTILE,))
            db.execute("update pages set error = ?, final_url = ? where page_id % 3 = 0",
                       (HOSTILE, "javascript:window.pwned=1//" + HOSTILE))
            db.execute("update findings set message = ?, examples = ?",
                       (HOSTILE, '["javascript:window.pwned=1"]'))
            db.execute("update extraction set example = ?", (HOSTILE,))
        self.report(database, "--plot", "lamp.price", "--by", "name")
        self.assert_unharmed()
        self.assert_fits()
        with serve(database) as url:
            for path in ("", "tables", "table?name=lamp", "sql?q=select%20*%20from%20lamp", "page",
                         "table?name=pages", "table?name=lamp&f.name=%3Cimg"):
                self.browser.get(url + path)
                self.assert_unharmed()
                self.assert_fits()
                self.assertEqual(len(self.all("img")), 0)
                self.assertEqual(len(self.all("a[href^='javascript']")), 0)

    # The server.

    def test_pages_of_serve_read_well(self):
        with serve(self.database) as url:
            for path in ("", "tables", "table?name=lamp", "sql?q=select%20*%20from%20runs", "page",
                         "sql?q=oops"):
                self.browser.get(url + path)
                self.assert_fits()
                self.assert_accessible()
                self.assert_legible()

    def test_a_table_is_sorted_filtered_and_paged_by_clicks(self):
        with serve(self.database) as url:
            self.browser.get(url)
            self.follow(self.link("Tables"))
            self.follow(self.link("lamp"))
            self.follow(self.link("price"))
            prices = [float(price) for price in self.column(3)]
            self.assertEqual(prices, sorted(prices))
            self.follow(self.one("th[aria-sort=ascending] a"))
            self.assertEqual([float(price) for price in self.column(3)], sorted(prices)[::-1])
            filter_ = self.one("input[name='f.sku']")
            with self.another_page():
                filter_.send_keys("l3", Keys.ENTER)
            self.assertEqual(self.column(1), ["L3"])
            self.assertNotIn("f.name", self.browser.current_url)
            self.follow(self.link("Clear"))
            self.assertEqual(len(self.column(1)), 8)
            self.browser.get(url + "table?name=pages")
            first = self.column(1)
            self.follow(self.link("Next"))
            self.assertEqual(int(self.column(1)[0]), int(first[-1]) + 1)

    def test_sql_by_clicks_and_keys(self):
        with serve(self.database) as url:
            self.browser.get(url)
            self.follow(self.link("SQL"))
            box = self.one("#q")
            box.send_keys("select count(*) from lamp where ")
            self.browser.find_element(By.XPATH, "//summary[.='lamp']").click()
            self.browser.find_element(By.XPATH, "//details[@open]//button[.='price']").click()
            self.assertTrue(box.get_attribute("value").endswith("where price"))
            with self.another_page():
                box.send_keys(" > 0", Keys.CONTROL + Keys.ENTER)
            self.assertEqual(self.column(1), ["8"])
            self.one("#q").clear()
            self.one("#q").send_keys("select oops")
            self.follow(self.one("button[type=submit]"))
            self.assertIn("no such column: oops", self.one("[role=alert]").text)
            self.assertEqual(self.one("#q").get_attribute("value"), "select oops")

    def test_a_page_shows_where_a_field_was_found(self):
        with serve(self.database) as url:
            self.browser.get(url + "table?name=lamp_v&sort=sku")
            self.follow(self.one("td .url"))
            self.assertIn("Anglepoise lamp", self.one("pre.source").text)
            self.assertIn("alert('never')", self.one("pre.source").text)
            marks = {mark.get_attribute("title"): mark.text for mark in self.all("mark")}
            self.assertEqual(marks["lamp.price, row 1"], "20.50")
            self.assertEqual(marks["lamp.maker, row 1"], "Maker &amp; Sons 0")
            self.one("a[aria-label='where price was found']").click()
            self.assertEqual(self.one("mark:target").text, "20.50")

    def test_a_download_arrives(self):
        with serve(self.database) as url:
            self.browser.get(url + "table?name=lamp")
            self.link("csv").click()
            file = self.folder / "downloads" / "lamp.csv"
            self.wait(file.exists)
            self.assertTrue(file.read_text(encoding="utf-8").startswith("sku,name,price,"))

    def test_a_crawl_is_shown_while_it_runs(self):
        folder = self.folder / "live"
        folder.mkdir()
        with shop_database.shop() as origin:
            config = shop_database.CONFIG.format(origin=origin).replace('"0s"', '"400ms"')
            (folder / "lamps.toml").write_text(config, encoding="utf-8")
            crawl = [THRESH, "crawl", folder / "lamps.toml"]
            subprocess.run([*crawl, "--max-pages", "1"], check=False)
            with serve(folder / "lamps.db") as url:
                self.browser.get(url)
                self.assertFalse(self.one("#live").is_displayed())
                with subprocess.Popen([*crawl, "--fresh"]) as running:
                    self.wait(lambda: self.one("#live").is_displayed())
                    self.wait(lambda: self.one("#live-done").text not in ("", "–", "0", "1"))
                    self.assertEqual(running.wait(PATIENCE), 0)
                self.wait(lambda: not self.one("#live").is_displayed())
                self.wait(lambda: "went well" in self.one("#outcome-h").text)


if not find_program("chromium", "chromium-browser") or not find_program("chromedriver"):
    print("skipped: chromium and chromium-driver are not installed")
    sys.exit(77)
unittest.main(verbosity=1)
