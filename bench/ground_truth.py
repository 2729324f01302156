#!/usr/bin/env python3
"""An independent crawler, to check thresh against: Python's standard library and nothing else.

    bench/ground_truth.py URL [--list FILE]

Starts at URL and follows every <a href> to the same scheme, host and port, without its fragment,
breadth first, each URL once. A redirect is not followed by itself but counts as a link. Prints one
JSON object:

    pages       URLs that answered 200 with text/html
    headings    <h1> and <h2> start tags on those pages
    statuses    how many URLs answered with which status

--list writes the URLs that were counted as pages, sorted, one a line.
"""

import argparse
import collections
import concurrent.futures
import html.parser
import json
import os
import urllib.error
import urllib.parse
import urllib.request


class PageParser(html.parser.HTMLParser):
    """Collects the links of a page and counts its headings."""

    def __init__(self):
        super().__init__()
        self.base = None
        self.links = []
        self.headings = 0

    def handle_starttag(self, tag, attrs):
        href = dict(attrs).get("href")
        if tag in ("h1", "h2"):
            self.headings += 1
        elif tag == "a" and href is not None:
            self.links.append(href.strip())
        elif tag == "base" and href is not None and self.base is None:
            self.base = href.strip()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Hands a redirect back as the error that urllib makes of an answer it does not follow."""

    def redirect_request(self, *_):
        return None


OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)

Answer = collections.namedtuple("Answer", "url status is_html headings links")


def in_site(page, href):
    """The target of a link without its fragment when it is one to follow, else None."""
    try:
        target = urllib.parse.urldefrag(urllib.parse.urljoin(page, href)).url
        here, there = urllib.parse.urlsplit(page), urllib.parse.urlsplit(target)
    except ValueError:
        return None
    if (here.scheme, here.netloc) != (there.scheme, there.netloc):
        return None
    return target


def fetch(url):
    """Downloads and parses one page. Errors of the network are not caught: they end the run."""
    try:
        with OPENER.open(url, timeout=60) as response:
            is_html = response.headers.get_content_type() == "text/html"
            body = response.read().decode("utf-8", "replace")
            status = response.status
    except urllib.error.HTTPError as error:
        location = error.headers.get("Location")
        error.close()
        target = in_site(url, location) if location else None
        return Answer(url, error.code, False, 0, {target} - {None})
    if status != 200 or not is_html:
        return Answer(url, status, is_html, 0, set())
    parser = PageParser()
    parser.feed(body)
    parser.close()
    base = urllib.parse.urljoin(url, parser.base or "")
    links = {in_site(url, urllib.parse.urljoin(base, href)) for href in parser.links}
    return Answer(url, status, True, parser.headings, links - {None})


def crawl(start):
    """All answers, level by level from `start`."""
    seen = {start}
    level = [start]
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        while level:
            following = []
            for answer in pool.map(fetch, level, chunksize=8):
                yield answer
                fresh = answer.links - seen
                seen |= fresh
                following.extend(sorted(fresh))
            level = following


def main():
    arguments = argparse.ArgumentParser(description="An independent crawler to check against.")
    arguments.add_argument("url")
    arguments.add_argument("--list", metavar="FILE")
    options = arguments.parse_args()

    statuses = collections.Counter()
    pages = []
    headings = 0
    for answer in crawl(options.url):
        statuses[answer.status] += 1
        if answer.status == 200 and answer.is_html:
            pages.append(answer.url)
            headings += answer.headings
    if options.list:
        with open(options.list, "w", encoding="utf-8") as file:
            file.writelines(f"{url}\n" for url in sorted(pages))
    print(json.dumps({"pages": len(pages), "headings": headings,
                      "statuses": {str(code): n for code, n in sorted(statuses.items())}}))


if __name__ == "__main__":
    main()
