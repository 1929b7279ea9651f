"""Random streams and where River finds changes in them: river_side.py FOLDER"""

import random
import sys

from river import drift


def streams():
    for seed in range(30):
        rng = random.Random(seed)
        stream, mean = [], rng.random()
        for _ in range(rng.randint(1, 4)):
            mean = rng.random()
            length = rng.randint(300, 900)
            if seed % 2:
                stream += [float(rng.random() < mean) for _ in range(length)]
            else:
                stream += [rng.gauss(3 * mean, 0.5) for _ in range(length)]
        yield seed, stream


def detectors(binary):
    yield "adwin 0.002", drift.ADWIN(delta=0.002)
    yield "adwin 0.1", drift.ADWIN(delta=0.1)
    for mode in ("up", "down", "both"):
        yield f"page_hinkley {mode}", drift.PageHinkley(threshold=20, mode=mode)
    yield "kswin 200 100", drift.KSWIN(alpha=0.0001, window_size=200, stat_size=100, seed=42)
    yield "kswin 60 30", drift.KSWIN(alpha=0.005, window_size=60, stat_size=30, seed=42)
    if binary:
        yield "ddm", drift.binary.DDM()


folder = sys.argv[1]
with open(f"{folder}/streams.txt", "w") as out, open(f"{folder}/river.tsv", "w") as results:
    for seed, stream in streams():
        print(seed, " ".join(map(repr, stream)), sep="\t", file=out)
        for name, detector in detectors(seed % 2):
            found = []
            for i, x in enumerate(stream):
                detector.update(int(x) if name == "ddm" else x)
                if detector.drift_detected:
                    found.append(i)
            print(seed, name, " ".join(map(str, found)), sep="\t", file=results)
