"""The frame of a job (training-service's contract for images): directories, progress lines, metrics.json, exit codes."""

import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path

from . import archive, data, partition, training
from .network import Network
from .plan import Plan
from .problems import BadInput


def progress(**members):
    print("##mlaas " + json.dumps(members, allow_nan=False), flush=True)


class Federation:
    """All that a client or the server needs, made again from the input in every process that needs it."""

    def __init__(self, engine):
        self.input = Path(os.environ.get("MLAAS_INPUT_DIR", "input")).absolute()
        self.output = Path(os.environ.get("MLAAS_OUTPUT_DIR", "output")).absolute()
        self.plan = Plan.read(self.input / "model", engine)
        if "MLAAS_FRAMEWORKS_SEED" in os.environ:
            self.plan.seed = int(os.environ["MLAAS_FRAMEWORKS_SEED"])
        digits = os.environ.get("MLAAS_DIGITS", str(Path(__file__).parent / "digits.csv"))
        self.samples = data.read(self.input, self.plan.network, digits)
        self.network = Network(self.plan.network, self.samples.x.shape[1:])
        if self.network.output != (len(self.samples.classes),):
            raise BadInput(
                f"$.model.network.layers: {list(self.network.output)} outputs (expected: {len(self.samples.classes)}, "
                f"one for each class)"
            )
        generator = training.random(self.plan, training.SPLIT)
        rows, self.test = partition.held_out(len(self.samples), float(self.plan.value("data.test", 0.2)), generator)
        shares = partition.split(self.samples.y[rows], self.plan, self.samples.classes, generator)
        self.shares = [rows[share] for share in shares]

    def initial(self):
        return self.network.initial(training.random(self.plan, training.INITIAL))

    def train(self, weights, client, round_number):
        x, labels = self.samples.of(self.shares[client])
        return training.train(self.network, weights, x, labels, self.plan, client, round_number)

    def measures(self, weights):
        """Loss and accuracy on the rows that no client has."""
        return self.network.measures(weights, *self.samples.of(self.test))

    def name(self, client):
        return f"client-{client + 1:0{max(2, len(str(self.plan.clients)))}}"


class Report:
    """Progress lines while a federation runs, and the files at its end."""

    def __init__(self, federation, versions):
        self.federation, self.versions = federation, versions
        self.began = self.last = time.monotonic()
        self.rounds = []
        self.epsilon = None

    def round(self, number, weights, clients, epsilon=None):
        """To be called after each round; every client was sent the weights and has sent its own."""
        loss, accuracy = self.federation.measures(weights)
        size, now = sum(array.nbytes for array in weights.values()), time.monotonic()
        told = {
            "epoch": number,
            "epochs": self.federation.plan.rounds,
            "loss": loss,
            "accuracy": accuracy,
            "clients": clients,
            "clients_total": self.federation.plan.clients,
            "bytes_up": size * clients,
            "bytes_down": size * clients,
            "seconds": round(now - self.last, 3),
        }
        if epsilon is not None:
            told["epsilon"] = self.epsilon = epsilon
        self.last = now
        self.rounds.append({name: told[name] for name in ("epoch", "loss", "accuracy", "clients")})
        progress(**told)

    def end(self, weights):
        federation, plan = self.federation, self.federation.plan
        loss, accuracy = federation.measures(weights)
        federation.output.mkdir(parents=True, exist_ok=True)
        archive.write(federation.output / "model.pt", federation.network, weights, self._card())
        metrics = {
            "test": {"loss": loss, "accuracy": accuracy, "rows": len(federation.test)},
            "epochs": self.rounds,
            "versions": self.versions,
            "federated": {
                "engine": plan.engine,
                "rounds": len(self.rounds),
                "clients": [
                    {"name": federation.name(client), "samples": len(share)}
                    for client, share in enumerate(federation.shares)
                ],
                "strategy": plan.strategy,
                "mechanism": plan.mechanism,
                "epsilon": self.epsilon,
                "delta": plan.value("privacy.delta", None) if self.epsilon is not None else None,
            },
            "seconds": round(time.monotonic() - self.began, 3),
        }
        if plan.seeded:
            metrics["seed"] = plan.seed
        (federation.output / "metrics.json").write_text(json.dumps(metrics, indent=1), "utf-8")
        progress(done=True, accuracy=accuracy)

    def _card(self):
        import hashlib

        federation = self.federation
        described = json.dumps(federation.plan.network, sort_keys=True, separators=(",", ":")).encode()
        kinds = {"softmax": "probabilities", "log_softmax": "log_probabilities", None: "logits"}
        return {
            "format": 1,
            "name": federation.plan.network.get("name", "network"),
            "task": "classification",
            "input": {"shape": list(federation.network.input), "type": "float32"},
            "output": {"shape": list(federation.network.output), "kind": kinds[federation.network.end]},
            "classes": federation.samples.classes,
            "preprocessing": {"scale": federation.samples.scale, "offset": federation.samples.offset},
            "network_sha256": hashlib.sha256(described).hexdigest(),
        }


def run(main):
    """Exit codes: 0 trained, 2 bad input, 143 stopped, 1 anything else; the reason is the last progress line."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(143))
    try:
        main()
    except BadInput as e:
        progress(error=str(e))
        sys.exit(2)
    except Exception as e:  # whatever the framework may throw is this job's failure, with its trace in the log
        traceback.print_exc()
        progress(error=f"{type(e).__name__}: {e}")
        sys.exit(1)
