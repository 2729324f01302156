"""The sites that the examples of configs/ are written for, as small as they can be."""

import gzip
import json
import re


def bookshop(target, _request):
    """Three pages of four books; the list knows prices, the books' own pages the rest."""
    if match := re.fullmatch(r"/list\?page=([123])(&sort=price)?", target):
        page = int(match[1])
        rows = "".join(
            f'<li class="book" data-sku="B{n}"><a class="title" href="/book/{n}">Book {n}</a> '
            f'<b class="price">£{n},500.50</b></li>'
            for n in range(4 * page - 3, 4 * page + 1)
        )
        pager = "".join(f'<a href="/list?page={n}">{n}</a>' for n in (1, 2, 3))
        return f'<ul>{rows}</ul>{pager}<a href="/list?page=1&sort=price">by price</a><a href="/about">us</a>'
    if match := re.fullmatch(r"/book/(\d+)", target):
        n = int(match[1])
        return (
            f'<h1 data-sku="B{n}">Book {n}</h1> by <a rel="author" href="/a/{n % 3}">Author&nbsp;{n % 3}</a>'
            f'<p>{100 + n} <i>pages</i>, <time datetime="2024-05-{n:02}">in May</time></p>'
            f'<a rel="tag" href="/t/1">Lamps</a> <a rel="tag" href="/t/2">Light &amp; shade</a>'
        )
    return None


def newspaper(target, _request):
    """An index of two sitemaps, one of them gzipped, and articles."""
    origin = "http://" + _request.headers["Host"]
    xmlns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    if target == "/sitemap.xml":
        maps = "".join(f"<sitemap><loc>{origin}/{name}</loc></sitemap>" for name in ("a.xml", "b.xml.gz"))
        return 200, f"<sitemapindex {xmlns}>{maps}</sitemapindex>", {"Content-Type": "application/xml"}
    urls = {
        "/a.xml": ["/2026/03/lamps", "/section/arts/2026/03/light"],
        "/b.xml.gz": ["/2026/02/shade", "/imprint"],
    }
    if target in urls:
        text = "".join(f"<url><loc>{origin}{path}</loc></url>" for path in urls[target])
        body = f"<urlset {xmlns}>{text}</urlset>".encode()
        if target.endswith(".gz"):
            return 200, gzip.compress(body), {"Content-Type": "application/gzip"}
        return 200, body, {"Content-Type": "application/xml"}
    if match := re.search(r"/2026/(\d\d)/(\w+)$", target):
        return (
            f'<html><head><meta property="article:published_time" content="2026-{match[1]}-03T08:00:00+01:00">'
            f'<meta name="author" content="A. {match[2].title()}"></head><body><h1>On {match[2]}</h1>'
            f'<article><p>All about {match[2]}.</p></article><i>1,200 words</i><a href="/imprint">x</a>'
        )
    return "<h1>Imprint</h1>" if target == "/imprint" else None


def item_api(target, request):
    """Five items in pages of two, as JSON."""
    match = re.fullmatch(r"/v1/items\?limit=100(?:&after=(\d+))?", target)
    if not match:
        return None
    first = int(match[1] or 0)
    origin = "http://" + request.headers["Host"]
    items = [
        {
            "id": n,
            "name": f"Item {n}",
            "offer": {"price": n + 0.5, "currency": "EUR"},
            "stocked": n % 2 == 0,
            "updated_at": f"2026-03-0{n}T10:00:00+02:00",
            "tags": ["new"] if n == 5 else [],
        }
        for n in range(first + 1, min(first + 2, 5) + 1)
    ]
    last = items[-1]["id"]
    following = f"{origin}/v1/items?limit=100&after={last}" if last < 5 else None
    body = json.dumps({"items": items, "paging": {"next": following}})
    return 200, body, {"Content-Type": "application/json"}


class LampShop:
    """Two lamps; the blue one's price is of the shop's mood, the red one may hide behind a test."""

    def __init__(self):
        self.blue = "20.00"
        self.blocked = False

    def __call__(self, target, _request):
        if target == "/lamp/blue":
            return (
                '<h1>Blue lamp</h1><meta itemprop="sku" content="L-20">'
                f'<meta itemprop="price" content="{self.blue}">'
                '<link itemprop="availability" href="https://schema.org/InStock">'
            )
        if target == "/lamp/red" and self.blocked:
            return "<h1>One moment</h1> Please solve this CAPTCHA"
        if target == "/lamp/red":
            return '<h1>Red lamp</h1><meta itemprop="sku" content="L-30"><b class="price">£30.50</b>'
        return None


def forum(target, _request):
    """A board of two threads; the first has two pages."""
    path = re.sub(r"[?&]sid=\w+", "", target)
    if path == "/":
        return '<a href="/board/lamps/?sid=77aa">Lamps</a> <a href="/login">in</a>'
    if path == "/board/lamps/":
        rows = "".join(
            f'<tr class="thread"><td><a class="title" href="/thread/{n}?sid=77aa">Thread {n}</a></td>'
            f'<td class="replies">{n * 3}</td></tr>'
            for n in (1, 2)
        )
        return f"<table>{rows}</table><a href='/board/lamps/?sort=replies'>sort</a>"
    if match := re.fullmatch(r"/thread/([12])(?:\?page=([12]))?", path):
        thread, page = int(match[1]), int(match[2] or 1)
        posts = "".join(
            f'<div class="post" data-post="{thread}{page}{n}"><a class="author" href="/members/{n}">U{n}</a>'
            f'<time datetime="2026-01-0{n}T09:00:00Z">then</time><div class="body"><div>Words {n}</div>'
            f'<span data-quotes="{n - 1}"></span><div class="signature">Bye</div></div></div>'
            for n in (1, 2)
        )
        more = '<a href="/thread/1?page=2">2</a>' if thread == 1 else ""
        return posts + more + f'<a href="/thread/{thread}?print=1">print</a>'
    return None


class River:
    """One page with an ETag, and a level that may rise."""

    def __init__(self):
        self.hour = 8

    def __call__(self, target, request):
        if target != "/level":
            return None
        tag = f'"{self.hour}"'
        if request.headers.get("If-None-Match") == tag:
            return 304, b"", {"ETag": tag}
        page = (
            f'<h1>Upper bridge</h1>Measured: <time datetime="2026-03-03T{self.hour:02}:00:00+01:00">now'
            f'</time><p>Level <b>{self.hour - 5},25</b> m</p><i class="trend rising">up</i>'
        )
        return 200, page, {"ETag": tag}


def chinese_books(target, _request):
    """Two pages in GBK that say that they are in ISO 8859-1."""
    match = re.fullmatch(r"/list_([12])\.html", target)
    if not match:
        return None
    first = 3 * int(match[1]) - 2
    rows = "".join(
        f'<tr class="item" data-id="{n}"><td>《第{n}本书》</td><td>作者：　老舍</td>'
        f"<td>￥{n}.80</td><td>1936年{n}月1日</td></tr>"
        for n in range(first, first + 3)
    )
    page = f'<table>{rows}</table><a href="list_2.html">下一页</a>'
    return 200, page.encode("gbk"), {"Content-Type": "text/html; charset=iso-8859-1"}
