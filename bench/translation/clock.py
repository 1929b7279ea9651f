"""Runs a command: clock.py LIMIT FOLDER COMMAND …; prints wall seconds, processor seconds, peak megabytes and exit status.

A process of its own, and a small one, since a child's peak begins with that of the process that it was forked from.
"""
import os
import signal
import sys
import time

limit, folder = int(sys.argv[1]), sys.argv[2]
output = os.open(os.path.join(folder, "said"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
begun = time.monotonic()
child = os.fork()
if child == 0:
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.execv(sys.argv[3], sys.argv[3:])
# bounded without polling: the end is noticed at once
signal.signal(signal.SIGALRM, lambda *_: os.killpg(child, signal.SIGKILL))
signal.alarm(limit)
_, status, used = os.wait4(child, 0)
wall = time.monotonic() - begun
print(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))
