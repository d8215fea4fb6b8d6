import gc as g
import threading
from threading import Lock as L

lock = L()
total = 0


async def refresh():
    with lock:
        g.collect()


def count():
    lock.acquire()  # a Lock in a comment
    name = "a Lock in a string"
    return str.lock, name


shared = threading.Lock()
приветствие = "👋🏽 мир"; ещё = L(); ещё.acquire()
