"""Compares thresh's pool, queue and processes with Python's: see bench/README.md.

    compare_multiprocessing.py PROGRAM      a table; exit code 1 when thresh is behind anywhere
    compare_multiprocessing.py --work NAME  does one of the works, and prints its seconds
"""

import multiprocessing
import statistics
import subprocess
import sys
import time

TASKS = 100_000
SQUARES = TASKS * (TASKS - 1) * (2 * TASKS - 1) // 6
PROCESSES = 1000
PIECE_BYTES = 1 << 20
PIECES = 1024
ROUNDS = 3


def square(x):
    return x * x


def nothing():
    pass


def pool_map():
    with multiprocessing.Pool(4) as pool:
        assert sum(pool.map(square, range(TASKS))) == SQUARES
        pool.close()
        pool.join()


def pool_imap():
    with multiprocessing.Pool(4) as pool:
        assert sum(pool.imap_unordered(square, range(TASKS))) == SQUARES
        pool.close()
        pool.join()


def pool_async():
    total = 0

    def add(value):
        nonlocal total
        total += value

    with multiprocessing.Pool(4) as pool:
        for i in range(TASKS):
            pool.apply_async(square, (i,), callback=add)
        pool.close()
        pool.join()
    assert total == SQUARES


def put_pieces(queue):
    piece = b"x" * PIECE_BYTES
    for _ in range(PIECES):
        queue.put(piece)
    queue.put(None)


def put_numbers(queue):
    for i in range(TASKS):
        queue.put(i)
    queue.put(None)


def through_queue(producer, size_of, expected, capacity):
    queue = multiprocessing.Queue(capacity)
    process = multiprocessing.Process(target=producer, args=(queue,))
    process.start()
    total = 0
    while (item := queue.get()) is not None:
        total += size_of(item)
    process.join()
    assert total == expected


def one_after_the_other():
    for _ in range(PROCESSES):
        process = multiprocessing.Process(target=nothing)
        process.start()
        process.join()


def all_at_once():
    processes = [multiprocessing.Process(target=nothing) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


WORKS = {
    "map": ("100,000 small tasks, map in chunks", pool_map),
    "imap": ("100,000 small tasks, imap one by one", pool_imap),
    "async": ("100,000 small tasks, apply_async with callback", pool_async),
    "large": (
        "1 GB through a queue, 1 MB an item",
        lambda: through_queue(put_pieces, len, PIECES * PIECE_BYTES, 16),
    ),
    "small": (
        "100,000 small items through a queue",
        lambda: through_queue(put_numbers, square, SQUARES, 1024),
    ),
    "serial": ("1,000 processes, one after the other", one_after_the_other),
    "parallel": ("1,000 processes started, then joined", all_at_once),
}


def seconds(command):
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def compare(program):
    print("| work | Python, s | thresh, s | Python / thresh |")
    print("|---|---:|---:|---:|")
    ahead = True
    for name, (title, _) in WORKS.items():
        python, thresh = [], []
        for _ in range(ROUNDS):  # in turns, so that a busy machine is busy for both
            python.append(seconds([sys.executable, __file__, "--work", name]))
            thresh.append(seconds([program, name]))
        ours, theirs = statistics.median(thresh), statistics.median(python)
        ahead = ahead and ours < theirs
        print(f"| {title} | {theirs:.3f} | {ours:.3f} | {theirs / ours:.1f} |", flush=True)
    return ahead


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--work" and sys.argv[2] in WORKS:
        multiprocessing.set_start_method("fork")
        begin = time.monotonic()
        WORKS[sys.argv[2]][1]()
        print(time.monotonic() - begin)
    elif len(sys.argv) == 2:
        sys.exit(0 if compare(sys.argv[1]) else 1)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
