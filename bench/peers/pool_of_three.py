#!/usr/bin/env python3
"""The tutorials' crawler: a pool of three processes downloads a ready list, a callback parses.

    pool_of_three.py LIST       prints the number of pages and headings
"""

import multiprocessing
import re
import sys
import urllib.request

TITLE = re.compile(r"<title>(.*?)</title>", re.S)
HEADING = re.compile(r"<h[12]\b[^>]*>(.*?)</h[12]>", re.S | re.I)
found = {"pages": 0, "headings": 0}


def get_page(url):
    with urllib.request.urlopen(url) as response:
        return response.read().decode("utf-8", "replace")


def parse_page(page):
    TITLE.search(page)
    found["pages"] += 1
    found["headings"] += len(HEADING.findall(page))


def main():
    with open(sys.argv[1], encoding="utf-8") as lines:
        urls = lines.read().split()
    with multiprocessing.Pool(3) as pool:
        for url in urls:
            pool.apply_async(get_page, args=(url,), callback=parse_page)
        pool.close()
        pool.join()
    print(found["pages"], found["headings"])


if __name__ == "__main__":
    main()
