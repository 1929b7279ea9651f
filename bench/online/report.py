"""Medians and accuracies from the lines that OnlineBench.java and others.py print: report.py RESULTS"""

import statistics
import sys
from collections import defaultdict

speeds, accuracies = defaultdict(list), {}
with open(sys.argv[1]) as file:
    for line in file:
        what, tool, stream, learner, rows, *numbers = line.rstrip("\n").split("\t")
        if what == "speed":
            speeds[tool, stream, learner.split()[0]].append(float(numbers[0]))
        elif what == "accuracy":
            accuracies[stream, tool, learner] = [float(number) for number in numbers]

if speeds:
    print("\nLinear learners, rows/s (median of the rounds; least to most)")
    for (tool, stream, learner), values in sorted(speeds.items()):
        print(f"  {tool:6} {stream:15} {learner:8} {statistics.median(values):>12,.0f}  {min(values):>12,.0f} to {max(values):,.0f}")

    def median(*key):
        return statistics.median(speeds[key]) if key in speeds else float("nan")

    print("\nTimes as fast as the others (mlaas / other)")
    for learner in ("sgd", "adagrad", "ftrl"):
        for other, theirs, ours in (
            ("river", "memory", "memory"),
            ("river", "predict, learn", "predict, learn"),
            ("river", "text file", "text file"),
            ("vw", "text file", "text file"),
            ("vw", "binary cache", "memory"),
        ):
            print(f"  {learner:8} {ours:15} / {other} {theirs:15} {median('mlaas', ours, learner) / median(other, theirs, learner):8.1f}")

if accuracies:
    print("\nPrequential accuracy, % (kappa; seconds)")
    for stream in dict.fromkeys(key[0] for key in accuracies):
        print(f"  {stream}")
        for (of, tool, learner), (accuracy, kappa, seconds) in accuracies.items():
            if of == stream:
                print(f"    {tool:6} {learner:24} {accuracy:7.2f}  ({kappa:6.2f}; {seconds:7.1f})")
