#!/usr/bin/env python3
"""The PyTorch learner of ml/online-torch beside plain PyTorch: one update of 128 rows and one prediction.

The network is that of energy.json: two GRU layers of 64 units and two fully connected layers over windows of 36 hours,
24 hours out; Adam, mean squared error. One thread each, in turns, several rounds; processor time of that thread, which
says more than the clock on a machine with other work; medians of each round, then of the rounds. Python's data are tensors already; the learner gets Java's arrays of 64-bit numbers.

The learner is measured twice: with the reproducible arithmetic that the platform sets (AVX2, results that do not depend
on how arrays lie in memory), and with whatever this processor does best, as Python has it.

Needs: Python with PyTorch (2.7 or later), a JDK 25 (java.sh finds it), and the compiled project.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
HOME = HERE.parent.parent
ROWS = 128
WARM = 60


class Forecaster(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru_1 = nn.GRU(1, 64, batch_first=True)
        self.gru_2 = nn.GRU(64, 64, batch_first=True)
        self.hidden = nn.Linear(64, 64)
        self.forecast = nn.Linear(64, 24)

    def forward(self, x):
        steps, _ = self.gru_1(x)
        steps, _ = self.gru_2(steps)
        return self.forecast(torch.relu(self.hidden(steps[:, -1])))


def median(times, work):
    for _ in range(WARM):
        work()
    taken = []
    for _ in range(times):
        start = time.thread_time()
        work()
        taken.append((time.thread_time() - start) * 1e3)
    return statistics.median(taken)


def python_round(updates):
    torch.manual_seed(1)
    network = Forecaster()
    x = torch.rand(ROWS, 36, 1) * 2 - 1
    y = torch.rand(ROWS, 24)
    one = x[:1].clone()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.005, betas=(0.9, 0.99))

    def update():
        network.train()
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(network(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    def predict(rows):
        with torch.inference_mode():
            return network(rows).numpy()

    taken = {"update": median(updates, update)}
    network.eval()
    taken["prediction"] = median(10 * updates, lambda: predict(one))
    taken["prediction_of_128"] = median(updates, lambda: predict(x))
    return taken


OWN = {"MKL_CBWR": "AUTO", "ATEN_CPU_CAPABILITY": "avx512", "ONEDNN_MAX_CPU_ISA": "ALL"}


def java_round(java, updates, environment):
    module = HOME / "ml" / "online-torch" / "target"
    classpath = f"{module / 'classes'}:{(module / 'classpath').read_text().strip()}"
    command = [java, "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-cp", classpath,
               str(HERE / "OnlineTorchSpeed.java"), str(HERE / "energy.json"), str(updates)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True, cwd=HOME,
                           env={**os.environ, **environment}).stdout.splitlines()
    return json.loads(next(line for line in lines if line.startswith("{")))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=5, help="turns of each side (default 5)")
    arguments.add_argument("--updates", type=int, default=200, help="updates measured per round (default 200)")
    given = arguments.parse_args()
    torch.set_num_threads(1)
    java = subprocess.run([str(HERE.parent / "java.sh")], check=True, capture_output=True, text=True).stdout.strip()
    load = " ".join(pathlib.Path("/proc/loadavg").read_text().split()[:3])
    print(f"torch {torch.__version__} in Python; one thread each; load {load}")
    rounds = []
    for number in range(given.rounds):
        pair = {
            "python": python_round(given.updates),
            "learner": java_round(java, given.updates, {}),
            "learner, own arithmetic": java_round(java, given.updates, OWN),
        }
        rounds.append(pair)
        print(f"round {number + 1}:", json.dumps(pair))
    for what in rounds[0]["python"]:
        python = statistics.median(r["python"][what] for r in rounds)
        print(f"{what:18} Python {python:.3f} ms")
        for side in list(rounds[0])[1:]:
            learner = statistics.median(r[side][what] for r in rounds)
            print(f"{'':18} {side} {learner:.3f} ms: {python / learner:.2f} x as fast")


if __name__ == "__main__":
    main()
