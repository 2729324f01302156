#!/usr/bin/env python3
"""Scrapy follows all links of a site and stores the title and headings of every page.

    scrapy_crawl.py manual|tuned URL OUTPUT.jsonl

"manual" is written as Scrapy's manual teaches it, with selectors and a link extractor; "tuned" has
regular expressions instead, and everything off that such a crawl does not need.
"""

import re
import sys
import urllib.parse

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.linkextractors import LinkExtractor

TITLE = re.compile(rb"<title>(.*?)</title>", re.S)
HEADING = re.compile(rb"<h([12])\b[^>]*>(.*?)</h[12]>", re.S | re.I)
LINK = re.compile(rb"""<a\b[^>]*?\shref\s*=\s*["']?([^"'\s>#]+)""", re.I)
TUNED = {
    "CONCURRENT_ITEMS": 1,  # each page would begin a hundred tasks
    "AUTOTHROTTLE_ENABLED": False,
    "COOKIES_ENABLED": False,
    "REDIRECT_ENABLED": False,
    "RETRY_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "DOWNLOADER_STATS": False,
    "REACTOR_THREADPOOL_MAXSIZE": 4,
    "SPIDER_MIDDLEWARES_BASE": {},
    "DOWNLOADER_MIDDLEWARES_BASE": {
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": 100,
        "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    },
    "EXTENSIONS_BASE": {"scrapy.extensions.feedexport.FeedExporter": 0},
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

    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        self.seen = set(self.start_urls)  # Scrapy's own filter takes longer than all the rest

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
            url = urllib.parse.urljoin(response.url, href.decode("utf-8", "replace"))
            if b":" not in href and url not in self.seen:
                self.seen.add(url)
                yield scrapy.Request(url, dont_filter=True)


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
