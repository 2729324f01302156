#!/usr/bin/env python3
"""Scrapy follows all links of a site and stores the title and headings of every page.

    scrapy_crawl.py manual|tuned URL OUTPUT.jsonl

"manual" is written as Scrapy's manual teaches it, with selectors and a link extractor; "tuned" has
regular expressions instead, and everything off that such a crawl does not need.
"""

import re
import sys

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.linkextractors import LinkExtractor

TITLE = re.compile(rb"<title>(.*?)</title>", re.S)
HEADING = re.compile(rb"<h([12])\b[^>]*>(.*?)</h[12]>", re.S | re.I)
LINK = re.compile(rb"""<a\b[^>]*?\shref\s*=\s*["']?([^"'\s>#]+)""", re.I)
TUNED = {
    "AUTOTHROTTLE_ENABLED": False,
    "COOKIES_ENABLED": False,
    "REDIRECT_ENABLED": False,
    "RETRY_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "DOWNLOADER_STATS": False,
    "REACTOR_THREADPOOL_MAXSIZE": 4,
    "SPIDER_MIDDLEWARES_BASE": {},
}


class Manual(scrapy.Spider):
    name = "manual"
    links = LinkExtractor()

    def parse(self, response):
        if not isinstance(response, scrapy.http.HtmlResponse):
            return
        yield {
            "url": response.url,
            "title": response.css("title::text").get(),
            "headings": [h.xpath("string()").get() for h in response.css("h1, h2")],
        }
        for link in self.links.extract_links(response):
            yield response.follow(link, self.parse)


class Tuned(scrapy.Spider):
    name = "tuned"

    def parse(self, response):
        body = response.body
        is_html = response.headers.get(b"Content-Type", b"").startswith(b"text/html")
        if response.status != 200 or not is_html:
            return
        title = TITLE.search(body)
        yield {
            "url": response.url,
            "title": title and title.group(1).decode("utf-8", "replace"),
            "headings": [text.decode("utf-8", "replace") for _, text in HEADING.findall(body)],
        }
        for href in set(LINK.findall(body)):
            if b":" not in href:
                yield response.follow(href.decode("utf-8", "replace"), self.parse)


def main():
    style, url, output = sys.argv[1:]
    spider = Manual if style == "manual" else Tuned
    host = url.split("/")[2].split(":")[0]
    settings = {
        "CONCURRENT_REQUESTS": 16,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        "FEEDS": {output: {"format": "jsonlines"}},
        "LOG_LEVEL": "ERROR",
        "ROBOTSTXT_OBEY": True,
        "DEPTH_LIMIT": 0,
    }
    if style == "tuned":
        settings.update(TUNED)
    process = CrawlerProcess(settings)
    process.crawl(spider, start_urls=[url], allowed_domains=[host])
    process.start()


if __name__ == "__main__":
    main()
