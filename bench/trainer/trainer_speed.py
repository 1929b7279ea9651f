"""Steps per second of PyTorch in Python on the networks of networks.json, beside TrainerSpeed.java.

Pinned: torch==1.13.1 (Debian 12's python3-torch); takes any later version, whose number it prints.
"""

import time

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
torch.manual_seed(1)


class Last(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x)[0][:, -1]


def cnn(padding, features, hidden, second, dropout):
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=padding), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=padding),
        nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(features, hidden), nn.ReLU(),
        *([nn.Dropout(dropout)] if dropout else []), nn.Linear(hidden, second), nn.ReLU(), nn.Linear(second, 10))


NETWORKS = {
    "digits-cnn": (cnn(1, 128, 128, 64, 0.3), (1, 8, 8), 32, 100),
    "mnist-cnn": (cnn(0, 800, 1024, 512, 0), (1, 28, 28), 64, 20),
    "gru": (nn.Sequential(Last(nn.GRU(3, 64, batch_first=True)), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)),
            (36, 3), 64, 100),
}

print("python: torch", torch.__version__, [l.strip() for l in torch.__config__.show().split("\n") if "BLAS" in l or "MKL" in l][:2])
for name, (network, shape, batch, steps) in NETWORKS.items():
    x = torch.rand(batch * steps, *shape)
    y = torch.arange(batch * steps) % 10
    optimizer = torch.optim.Adam(network.parameters())
    network.train()
    wall, cpu = [], []
    for epoch in range(7):
        start, used = time.perf_counter(), time.process_time()
        order = torch.randperm(len(x))
        for first in range(0, len(x), batch):
            rows = order[first:first + batch]
            optimizer.zero_grad()
            loss = F.cross_entropy(network(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
            loss.item()
        wall.append(steps / (time.perf_counter() - start))
        cpu.append(steps / (time.process_time() - used))
    middle = [sorted(speeds[1:])[len(speeds[1:]) // 2] for speeds in (wall, cpu)]
    print(f"python {name:10} {middle[0]:6.1f} steps/s by the clock, {middle[1]:6.1f} steps per second of processor time "
          f"(medians of {len(wall) - 1} epochs of {steps} steps)")
