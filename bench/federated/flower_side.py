"""FedAvg in Flower's simulation, the same rounds as FederatedSpeed.java: flower_side.py FOLDER CLIENTS ROUNDS.

Clients train with NumPy: one full batch is a handful of matrix products, so that what is measured is the framework
rather than what PyTorch adds to it in every client.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", RAY_DEDUP_LOGS="0")

import logging
import pathlib
import resource
import sys
import time

import numpy as np
from flwr.app import ArrayRecord, Context, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from flwr.serverapp import Grid, ServerApp
from flwr.serverapp.strategy import FedAvg
from flwr.simulation import run_simulation

WIDTH, CLASSES, SAMPLES, EPOCHS, RATE = 64, 10, 32, 2, 0.1
LAYERS = [(64, 512), (512, 128), (128, 10)]
folder, clients, rounds = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
logging.getLogger("flwr").setLevel(logging.WARNING)


def layers(flat):
    at, arrays = 0, []
    for inputs, outputs in LAYERS:
        arrays.append(flat[at : at + inputs * outputs].reshape(outputs, inputs).copy())
        at += inputs * outputs
        arrays.append(flat[at : at + outputs].copy())
        at += outputs
    return arrays


def step(w, x, labels):
    """One step of gradient descent on the mean cross-entropy."""
    h1 = np.maximum(x @ w[0].T + w[1], 0)
    h2 = np.maximum(h1 @ w[2].T + w[3], 0)
    z = h2 @ w[4].T + w[5]
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    p /= len(labels)
    d2 = (p @ w[4]) * (h2 > 0)
    d1 = (d2 @ w[2]) * (h1 > 0)
    gradients = [d1.T @ x, d1.sum(axis=0), d2.T @ h1, d2.sum(axis=0), p.T @ h2, p.sum(axis=0)]
    for weights, gradient in zip(w, gradients):
        weights -= np.float32(RATE) * gradient


client_app = ClientApp()


@client_app.train()
def train(message: Message, context: Context):
    k = context.node_config["partition-id"]
    data = np.memmap(folder / "data", "<f4", mode="r").reshape(-1, WIDTH)
    labels = np.memmap(folder / "labels", "<i4", mode="r")
    rows = slice(k * SAMPLES, (k + 1) * SAMPLES)
    w = [a.copy() for a in message.content["arrays"].to_numpy_ndarrays()]
    for _ in range(EPOCHS):
        step(w, np.asarray(data[rows]), np.asarray(labels[rows]))
    content = RecordDict({"arrays": ArrayRecord(w), "metrics": MetricRecord({"num-examples": SAMPLES})})
    return Message(content=content, reply_to=message)


class Timed(FedAvg):
    ends = []

    def aggregate_train(self, server_round, replies):
        result = super().aggregate_train(server_round, replies)
        self.ends.append(time.monotonic())
        before = self.ends[-2] if len(self.ends) > 1 else start
        print(f"flower round {server_round}: {self.ends[-1] - before:.2f} s", flush=True)
        return result


server_app = ServerApp()


@server_app.main()
def main(grid: Grid, context: Context):
    strategy = Timed(fraction_train=1.0, fraction_evaluate=0.0, min_train_nodes=clients, min_available_nodes=clients)
    initial = ArrayRecord(layers(np.fromfile(folder / "initial", "<f4")))
    result = strategy.start(grid=grid, initial_arrays=initial, num_rounds=rounds, timeout=3600)
    final = np.concatenate([a.ravel() for a in result.arrays.to_numpy_ndarrays()]).astype("<f4")
    ours = np.fromfile(folder / "ours", "<f4")
    ends = Timed.ends
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"flower: {clients} clients, {len(final)} parameters: {(ends[-1] - ends[0]) / (rounds - 1):.3f} s a round "
        f"(without the first: {ends[0] - start:.2f} s), the server's process resident at most {peak:.0f} MB"
    )
    print(f"models after {rounds} rounds differ by {np.abs(final - ours).max():.2e} at most", flush=True)


start = time.monotonic()
if __name__ == "__main__":
    run_simulation(
        server_app=server_app,
        client_app=client_app,
        num_supernodes=clients,
        backend_config={"client_resources": {"num_cpus": 1, "num_gpus": 0.0}},
    )
