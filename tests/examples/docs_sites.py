"""The sites that the documentation's examples are about, by their names there."""

import json
import pathlib
import re

BOARD_ROWS = 10
# Number, title, author, price in pence.
BOOKS = [
    (1, "Emma", "Jane Austen", 799),
    (2, "Persuasion", "Jane Austen", 650),
    (3, "Middlemarch", "George Eliot", 999),
    (4, "Silas Marner", "George Eliot", 525),
    (5, "Villette", "Charlotte Brontë", 840),
    (6, "Shirley", "Charlotte Brontë", 775),
    (7, "Agnes Grey", "Anne Brontë", 599),
    (8, "Cranford", "Elizabeth Gaskell", 480),
    (9, "Ruth", "Elizabeth Gaskell", 610),
    (10, "Walden", "Henry David Thoreau", 1150),
]
PER_PAGE = 5


class Bookshop:
    """books.example. On its second night one price falls and a book comes; on its third the shop has a
    new design. Each change() is a night later."""

    def __init__(self):
        self.night = 1

    def books(self):
        books = {number: (title, author, price) for number, title, author, price in BOOKS}
        if self.night >= 2:
            books[7] = ("Agnes Grey", "Anne Brontë", 499)
            books[11] = ("North and South", "Elizabeth Gaskell", 720)
        return books

    def price(self, pence):
        amount = f"£{pence / 100:.2f}"
        return f'<b class="{"cost" if self.night >= 3 else "price"}">{amount}</b>'

    def __call__(self, target, _request):
        books = self.books()
        if target == "/robots.txt":
            return 200, "User-agent: *\nDisallow: /private/\n", {"Content-Type": "text/plain"}
        if target in ("/", "/list"):
            target = "/list?page=1"
        if match := re.fullmatch(r"/list\?page=(\d+)", target):
            first = PER_PAGE * (int(match[1]) - 1)
            return self.list_page(list(books.items())[first : first + PER_PAGE], len(books))
        if match := re.fullmatch(r"/book/(\d+)", target):
            return self.book_page(int(match[1]), books)
        return None

    def list_page(self, shown, count):
        rows = "\n".join(
            f'<li class="book" data-sku="A{number}"><a class="title" href="/book/{number}">{title}</a>'
            f" {self.price(pence)}</li>"
            for number, (title, _, pence) in shown
        )
        pages = (count + PER_PAGE - 1) // PER_PAGE
        pager = " ".join(f'<a href="/list?page={n}">{n}</a>' for n in range(1, pages + 1))
        return f"<html><head><title>Books</title></head><body><h1>Books</h1>\n<ul>\n{rows}\n</ul>\n{pager}</body></html>"

    def book_page(self, number, books):
        if number not in books:
            return None
        title, author, pence = books[number]
        return (
            f"<html><head><title>{title}</title></head><body>\n"
            f'<h1 data-sku="A{number}">{title}</h1>\n<p>by <a rel="author" href="/by">{author}</a></p>\n'
            f"<p>{self.price(pence)}</p>\n</body></html>"
        )

    def change(self):
        self.night += 1


class Board:
    """board.example: the movie board of the multiprocessing tutorial."""

    def __init__(self, movies):
        lines = pathlib.Path(movies).read_text(encoding="utf-8").splitlines()[1:]
        self.movies = [line.split("\t") for line in lines]

    def __call__(self, target, _request):
        match = re.fullmatch(r"/board(?:\?offset=(\d+))?", target)
        if not match:
            return None
        offset = int(match[1] or 0)
        rows = "".join(
            f'<dd><i class="board-index">{rank}</i><a href="/films/{rank}" title="{title}">{title}</a>'
            f'<div class="movie-item-info"><p class="star">主演：{actors}</p>'
            f'<p class="releasetime">上映时间：{released}</p></div></dd>\n'
            for rank, (title, actors, released) in enumerate(self.movies[offset : offset + BOARD_ROWS], offset + 1)
        )
        pager = "".join(f'<a href="?offset={n}">{n // 10 + 1}</a> ' for n in range(0, len(self.movies), BOARD_ROWS))
        return f"<html><body><dl>\n{rows}</dl>{pager}</body></html>"

    def change(self):
        pass


class Api:
    """api.books.example: the books as JSON, in pages."""

    def __call__(self, target, request):
        match = re.fullmatch(r"/v1/items(?:\?cursor=(\d+))?", target)
        if not match:
            return None
        first = int(match[1] or 0)
        items = [
            {"sku": f"A{number}", "name": title, "offer": {"price": pence / 100}}
            for number, title, _, pence in BOOKS[first : first + PER_PAGE]
        ]
        following = str(first + PER_PAGE) if first + PER_PAGE < len(BOOKS) else None
        body = json.dumps({"items": items, "next_cursor": following})
        return 200, body, {"Content-Type": "application/json"}

    def change(self):
        pass


def sites(movies):
    return {"books.example": Bookshop(), "board.example": Board(movies), "api.books.example": Api()}
