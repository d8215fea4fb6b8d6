import gc as g
import threading
from threading import Lock as L

lock = L()
total = 0


async def refresh():
    with lock:
        g.collect()


def count():
    if lock.acquire(timeout=1):  # a Lock in a comment
        try:
            return "a Lock in a string"
        finally:
            lock.release()
    return str.lock


shared = threading.Lock()
приветствие = "👋🏽 мир"; ещё = L(); ещё.locked()
