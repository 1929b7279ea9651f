"""FLARE's FedAvg workflow for our plans: starts from the plan's weights, keeps each round's, and adds up in the sites' order.

FLARE makes both from the job's configuration, in the process of its simulator: what they need is in the environment.
"""

import json
import os
import time
from pathlib import Path

import numpy as np
from nvflare.app_common.abstract.fl_model import FLModel
from nvflare.app_common.aggregators.model_aggregator import ModelAggregator
from nvflare.app_common.workflows.fedavg import FedAvg

from . import training
from .job import Federation

FOLDER = "MLAAS_FLARE_FOLDER"


def number(site):
    """FLARE calls the simulated sites site-1, site-2, …"""
    return int(site.split("-")[-1])


def folder():
    return Path(os.environ[FOLDER])


class Workflow(FedAvg):
    def load_model(self):
        self.federation = Federation("flare")
        return FLModel(params=self.federation.initial())

    def sample_clients(self, num_clients=None):
        """Who takes part follows from plan and round."""
        sites = sorted(super().sample_clients(None), key=number)
        chosen = training.random(self.federation.plan, training.CHOICE, self.current_round + 1).permutation(len(sites))
        return [sites[i] for i in sorted(chosen[: self.num_clients])]

    def save_model(self, model):
        """Called after every round. A file is there whole or not at all."""
        count = self.current_round + 1
        whole = folder() / f"round-{count}.npz"
        np.savez(whole.with_suffix(".part.npz"), **model.params)
        whole.with_suffix(".part.npz").rename(whole)
        told = {"round": count, "clients": self._received_count, "at": time.time()}
        with open(folder() / "rounds", "a", encoding="utf-8") as rounds:
            rounds.write(json.dumps(told) + "\n")


class InOrder(ModelAggregator):
    """The mean of the sites' changes, weighted by their samples."""

    def __init__(self):
        super().__init__()
        self.models = {}

    def accept_model(self, model):
        samples = float(model.meta.get("NUM_STEPS_CURRENT_ROUND", 1))
        kept = {name: np.array(value, dtype=np.float64) for name, value in model.params.items()}
        self.models[model.meta["client_name"]] = (samples, kept, model.params_type)

    def aggregate_model(self):
        models = [self.models[site] for site in sorted(self.models, key=number)]
        total = sum(samples for samples, _, _ in models)
        # A filter may have taken variables out: of those nothing is changed.
        names = [name for name in models[0][1] if all(name in changes for _, changes, _ in models)]
        mean = {
            name: sum(changes[name] * (samples / total) for samples, changes, _ in models).astype(np.float32)
            for name in names
        }
        return FLModel(params=mean, params_type=models[0][2], meta={"nr_aggregated": len(models)})

    def reset_stats(self):
        self.models = {}
