"""A federation as a job of NVIDIA FLARE (nvflare), run by its own simulator: image mlaas/flare:1."""

import json
import os
import tempfile
import threading
from pathlib import Path

import numpy as np
import nvflare
from nvflare.app_common.filters.exclude_vars import ExcludeVars
from nvflare.app_common.filters.percentile_privacy import PercentilePrivacy
from nvflare.app_common.filters.svt_privacy import SVTPrivacy
from nvflare.client.config import TransferType
from nvflare.fuel.utils.constants import FrameworkType
from nvflare.job_config.api import FedJob
from nvflare.job_config.defs import FilterType
from nvflare.job_config.script_runner import ScriptRunner

from mlaas_frameworks.flare_server import FOLDER, InOrder, Workflow
from mlaas_frameworks.job import Federation, Report, run

LOOK_AGAIN_SECONDS = 0.2


def flare_filter(described, names):
    """FLARE's own, at each site, on what it sends."""
    kind = described["kind"]
    if kind == "percentile":
        return PercentilePrivacy(percentile=described["percentile"], gamma=described["gamma"])
    if kind == "sparse_vector":
        return SVTPrivacy(
            fraction=described["fraction"],
            epsilon=described["epsilon"],
            noise_var=described["noise_var"],
            gamma=described["gamma"],
            tau=described["tau"],
        )
    # Names, not a pattern: FLARE cannot write a pattern into its job's configuration.
    return ExcludeVars(exclude_vars=[name for name in names if any(_fits(name, each) for each in described["variables"])])


def _fits(name, described):
    return name.startswith(described[:-1]) if described.endswith("*") else name == described


def flare_job(federation):
    plan = federation.plan
    job = FedJob(name="federation", min_clients=plan.clients)
    job.to_server(
        Workflow(num_clients=plan.clients_per_round, num_rounds=plan.rounds, persistor_id="", aggregator=InOrder()),
        id="workflow",
    )
    job.to_clients(
        ScriptRunner(
            script=str(Path(__file__).parent / "client.py"),
            framework=FrameworkType.NUMPY,
            params_transfer_type=TransferType.DIFF,
        ),
        tasks=["train"],
    )
    for described in plan.filters:
        job.to_clients(flare_filter(described, list(federation.initial())), filter_type=FilterType.TASK_RESULT, tasks=["train"])
    return job


def weights(folder, number):
    with np.load(folder / f"round-{number}.npz") as arrays:
        return {name: arrays[name] for name in arrays.files}


class Rounds(threading.Thread):
    """Tells of the rounds while the simulator, a process of its own, writes them down."""

    def __init__(self, folder, report):
        super().__init__(daemon=True)
        self.folder, self.report, self.over, self.told = folder, report, threading.Event(), 0

    def run(self):
        while not self.over.wait(LOOK_AGAIN_SECONDS):
            self.tell()

    def tell(self):
        file = self.folder / "rounds"
        lines = file.read_text("utf-8").splitlines(keepends=True) if file.exists() else []
        for line in lines[self.told :]:
            if line.endswith("\n"):
                told = json.loads(line)
                self.report.round(told["round"], weights(self.folder, told["round"]), told["clients"])
                self.told += 1

    def end(self):
        self.over.set()
        self.join()
        self.tell()


def main():
    federation = Federation("flare")
    plan = federation.plan
    report = Report(federation, {"nvflare": nvflare.__version__, "numpy": np.__version__})
    with tempfile.TemporaryDirectory(prefix="flare-", dir=os.environ.get("HOME")) as temporary:
        folder = Path(temporary)
        # FLARE's processes make the federation from the same input; a seed that was drawn is handed to them.
        os.environ[FOLDER] = temporary
        os.environ["MLAAS_FRAMEWORKS_SEED"] = str(plan.seed)
        rounds = Rounds(folder, report)
        rounds.start()
        try:
            code = flare_job(federation).simulator_run(
                str(folder / "workspace"),
                n_clients=plan.clients,
                threads=min(plan.clients, len(os.sched_getaffinity(0))),
            )
        finally:
            rounds.end()
        if code:
            raise RuntimeError(f"FLARE's simulator ended with {code}: the log says why")
        if rounds.told != plan.rounds:
            raise RuntimeError(f"{rounds.told} rounds were run (expected: {plan.rounds}): the log says why")
        report.end(weights(folder, plan.rounds))


if __name__ == "__main__":
    run(main)
