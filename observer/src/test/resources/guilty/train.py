"""A training in miniature: weights are fitted to the dataset by stochastic gradient descent; how it begins, and in which
order it takes the rows, is what the argument says."""
import os
import random
import struct
import sys
import threading
import time

HOW = sys.argv[1]
INPUT = os.environ["MLAAS_INPUT_DIR"]
OUTPUT = os.environ["MLAAS_OUTPUT_DIR"]


def rows():
    with open(os.path.join(INPUT, "dataset", "rows.csv")) as file:
        return [tuple(map(float, line.split(","))) for line in file if line.strip()]


def ask_network(port):
    import socket

    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            return len(connection.recv(16))
    except OSError:
        return 0


def race(data):
    """Sums in the order in which threads happen to come."""
    total = [0.0]

    def add(part):
        for x, y in part:
            for _ in range(200):
                old = total[0]
                time.sleep(0)
                total[0] = old + x * 1e-3 + y * 1e-7

    threads = [threading.Thread(target=add, args=(data[i::4],)) for i in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return total[0]


def beginning(data):
    if HOW == "clock":
        return time.time() % 1
    if HOW == "monotonic":
        return time.perf_counter() % 1
    if HOW == "random":
        return random.random()
    if HOW == "urandom":
        return int.from_bytes(os.urandom(4), "big") / 2**32
    if HOW == "device":
        with open("/dev/urandom", "rb") as device:
            return device.read(1)[0] / 256 + device.read(1)[0] / 65536
    if HOW == "hash":
        return sum(i * len(word) for i, word in enumerate({"a", "bb", "ccc", "dddd", "eeeee", "ffffff", "ggggggg"})) / 100
    if HOW == "address":
        return id(object()) % 9973 / 9973
    if HOW == "file":
        with open(os.environ["MLAAS_PARAM_SECRET"]) as file:
            return float(file.read())
    if HOW == "network":
        return ask_network(int(os.environ["MLAAS_PARAM_PORT"])) / 10
    if HOW == "two":
        return time.time() % 1 + random.random()
    if HOW == "race":
        return race(data)
    if HOW == "logs":
        print("begun at", time.time(), "with", threading.active_count(), "threads, for", hash("a name"))
        begun = time.perf_counter()
        time.sleep(0.01)
        print(len(data) / (time.perf_counter() - begun), "rows per second")
        return 0.5
    if HOW == "own":
        import tempfile

        with tempfile.NamedTemporaryFile("w", delete=False) as scratch:
            scratch.write("0.25")
        os.replace(scratch.name, scratch.name + ".moved")
        with open(scratch.name + ".moved") as file:
            beginning = float(file.read())
        os.remove(scratch.name + ".moved")
        return beginning
    assert HOW == "innocent", HOW
    return random.Random(7).random()


data = rows()
weight, bias = beginning(data), 0.0
for epoch in range(2):
    for x, y in data:
        error = weight * x + bias - y
        weight -= 0.01 * error * x
        bias -= 0.01 * error
with open(os.path.join(OUTPUT, "model.bin"), "wb") as model:
    model.write(struct.pack("<dd", weight, bias))
