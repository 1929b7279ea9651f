"""PyTorch's DistributedDataParallel over Gloo: the peer of bench/distributed/run.sh.

ddp.py SAMPLES.csv UNITS WORKERS EPOCHS prints samples per second over all epochs but the first, and the part of all epochs
in percent by which they take longer than without exchanging gradients (no_sync), measured in epochs of their own.
"""
import os
import sys
import tempfile
import time

import numpy
import torch
import torch.distributed as dist
import torch.multiprocessing as mp


def train(rank, file, units, workers, epochs, meeting, results):
    torch.set_num_threads(1)
    table = numpy.loadtxt(file, delimiter=",", skiprows=1, dtype=numpy.float32)
    x, y = torch.from_numpy(table[:, :64].copy()), torch.from_numpy(table[:, 64].astype(numpy.int64))
    model = torch.nn.Sequential(
        torch.nn.Linear(64, units), torch.nn.ReLU(), torch.nn.Linear(units, units), torch.nn.ReLU(),
        torch.nn.Linear(units, 10))
    if workers > 1:
        os.environ["GLOO_SOCKET_IFNAME"] = "lo"
        dist.init_process_group("gloo", init_method="file://" + meeting, rank=rank, world_size=workers)
        model = torch.nn.parallel.DistributedDataParallel(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    loss = torch.nn.CrossEntropyLoss()
    batch = 64 * workers

    def epoch(exchange=True):
        order = torch.randperm(len(x), generator=torch.Generator().manual_seed(1))
        start = time.perf_counter()
        for at in range(0, len(x), batch):
            rows = order[at:at + batch][rank::workers]
            optimizer.zero_grad()
            if exchange or workers == 1:
                loss(model(x[rows]), y[rows]).backward()
            else:
                with model.no_sync():
                    loss(model(x[rows]), y[rows]).backward()
            optimizer.step()
        return time.perf_counter() - start

    epoch()
    seconds = [epoch() for _ in range(epochs - 1)]
    alone = epoch(exchange=False) if workers > 1 else sum(seconds) / len(seconds)
    if rank == 0:
        mean = sum(seconds) / len(seconds)
        results.put((round(len(x) / mean), max(0, round(100 * (1 - alone / mean)))))
    if workers > 1:
        dist.barrier()
        dist.destroy_process_group()


if __name__ == "__main__":
    samples, width, count, passes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    context = mp.get_context("spawn")
    queue = context.SimpleQueue()
    with tempfile.TemporaryDirectory() as directory:
        mp.spawn(train, (samples, width, count, passes, directory + "/store", queue), nprocs=count)
    print(*queue.get())
