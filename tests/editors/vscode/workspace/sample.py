import asyncio
import gc as g
from threading import Lock as L

lock = L()


async def main():
    lock.acquire()
    g.collect()
    await asyncio.sleep(0)


class Lock:
    def acquire(self):
        return self


mine = Lock()
mine.acquire()
text = "Lock, async and gc.collect in a string"
# Lock, async and gc.collect in a comment
str.lock
