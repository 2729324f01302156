#!/usr/bin/env python3
"""Compares what a crawl stored with what the independent crawler found.

    bench/compare.py DB TRUTH.json LIST

DB is the crawl's database, the others are what ground_truth.py printed and listed. Prints the
crawl's number of pages and of headings on one line; says every difference on stderr and exits 1
when there is one.
"""

import collections
import json
import sqlite3
import sys


def main():
    database, truth_file, list_file = sys.argv[1:]
    with open(truth_file, encoding="utf-8") as file:
        truth = json.load(file)
    with open(list_file, encoding="utf-8") as file:
        expected = set(file.read().split())

    db = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    pages = collections.Counter(url for (url,) in db.execute(
        "SELECT u.url FROM pages p JOIN urls u USING (url_id)"
        " WHERE p.status = 200 AND p.content_type LIKE 'text/html%'"))
    (headings,) = db.execute("SELECT count(*) FROM heading").fetchone()
    (not_found,) = db.execute("SELECT count(*) FROM pages WHERE status = 404").fetchone()

    problems = [f"missing: {url}" for url in sorted(expected - pages.keys())]
    problems += [f"unexpected: {url}" for url in sorted(pages.keys() - expected)]
    problems += [f"{n} times: {url}" for url, n in sorted(pages.items()) if n > 1]
    if headings != truth["headings"]:
        problems.append(f"headings: {headings}, expected {truth['headings']}")
    if not_found != truth["statuses"].get("404", 0):
        problems.append(f"404: {not_found}, expected {truth['statuses'].get('404', 0)}")
    for problem in problems:
        print(problem, file=sys.stderr)
    print(pages.total(), headings)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
