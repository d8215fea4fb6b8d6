"""Fetches a few pages concurrently, counts their words in threads and prints a report.

Log lines pass through a queue to a thread of their own; the pages live in a weak cache.
"""

import asyncio
import gc
import hashlib
import queue
import threading
import weakref
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from threading import Lock as L

SITE = {
    "intro": "a thread waits and a task waits",
    "locks": "a lock is taken and a lock is released",
    "loops": "the loop runs a task until the task awaits",
}

lock = L()
totals = Counter()
cache = weakref.WeakValueDictionary()


@dataclass(slots=True, weakref_slot=True)
class Page:
    name: str
    text: str
    linked: list["Page"] = field(default_factory=list, repr=False)


@asynccontextmanager
async def connection(slots):
    async with slots:
        await asyncio.sleep(0.01)
        yield SITE


async def fetch(name, slots):
    async with connection(slots) as site:
        page = cache[name] = Page(name, site[name])
    return page


def count_words(page, log):
    found = Counter(page.text.split())
    with lock:
        totals.update(found)
    log.put(f"{page.name}: {found.total()} words")


def checksum(page):
    return hashlib.sha256(page.text.encode()).hexdigest()[:8]


def write_log(log, lines):
    for line in iter(log.get, None):
        lines.append(line)


async def run(log):
    slots = asyncio.Semaphore(2)
    tasks = [asyncio.create_task(fetch(name, slots)) for name in SITE]
    async with asyncio.timeout(5):
        pages = await asyncio.gather(*tasks)

    async with asyncio.TaskGroup() as group:
        for page in pages:
            page.linked.extend(pages)
            group.create_task(asyncio.to_thread(count_words, page, log))

    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=2) as pool:
        sums = await asyncio.gather(*(loop.run_in_executor(pool, checksum, p) for p in pages))
    return dict(zip(SITE, sums))


def main():
    log, lines = queue.Queue(maxsize=10), []
    writer = threading.Thread(target=write_log, args=(log, lines), name="log-writer")
    writer.start()
    try:
        sums = asyncio.run(run(log))
    finally:
        log.put(None)
        writer.join()
    gc.collect()  # the pages refer to one another: counting alone never frees them

    print(*sorted(lines), sep="\n")
    print("most common word:", totals.most_common(1)[0])
    print("checksums:", sums)
    print("pages left in the cache:", len(cache))


if __name__ == "__main__":
    main()
