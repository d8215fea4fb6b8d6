import asyncio
import threading
from threading import Lock as L

total = 0
lock = L()


def deposit(amount: int) -> None:
    global total
    with lock:
        total += amount


async def main() -> None:
    workers = [threading.Thread(target=deposit, args=(1,)) for _ in range(8)]
    for worker in workers:
        worker.start()
    await asyncio.sleep(0.1)
    print(total)


asyncio.run(main())
