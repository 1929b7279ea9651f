"""Waits in every way that a program may."""
import asyncio
import queue
import select
import subprocess
import threading
import time

done = []
begun = time.time()
time.sleep(0.05)
done.append(f"slept {time.time() - begun >= 0.05}")
done.append(f"event {threading.Event().wait(0.05)}")
lock = threading.Lock()
lock.acquire()
done.append(f"lock {lock.acquire(timeout=0.05)}")
condition = threading.Condition()
with condition:
    done.append(f"condition {condition.wait_for(lambda: False, 0.05)}")
try:
    queue.Queue().get(timeout=0.05)
except queue.Empty:
    done.append("empty")
done.append(f"selected {select.select([], [], [], 0.05)[0]}")


async def wait():
    await asyncio.sleep(0.05)
    try:
        await asyncio.wait_for(asyncio.sleep(60), 0.05)
    except asyncio.TimeoutError:
        done.append("timed out")


asyncio.run(wait())
done.append(f"ended {subprocess.run(['/bin/sleep', '0.1'], timeout=60).returncode}")
timer = threading.Timer(0.05, lambda: done.append("timer"))
timer.start()
timer.join()
deadline = time.monotonic() + 0.005
while time.monotonic() < deadline:
    pass
print(", ".join(done + ["spun"]))
