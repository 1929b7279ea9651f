"""The plan of a federation, as POST /federations resolves it: the definition file of the model that is to be trained.

It was validated when it was posted. What is looked at here again is what this program cannot do.
"""

import json
import secrets
from pathlib import Path

from .problems import BadInput

NETWORKS = Path(__file__).parent / "networks"

STRATEGIES = {
    "flower": ("fedavg", "fedprox", "fedadam", "fedyogi", "median", "trimmed_mean", "krum", "multi_krum", "bulyan"),
    "flare": ("fedavg", "fedprox"),
}
MECHANISMS = {"flower": ("none", "gaussian"), "flare": ("none",)}
FILTERS = {"flower": (), "flare": ("percentile", "sparse_vector", "exclude")}


class Plan:
    def __init__(self, document, engine):
        self.document, self.engine = document, engine
        self.clients = self._number("topology.clients", 1)
        self.rounds = self._number("topology.rounds", 1)
        self.clients_per_round = self._number("topology.clients_per_round", 1, self.clients)
        self.local_epochs = self._number("training.local_epochs", 1, 1)
        self.batch = self._number("training.batch", 1, 32)
        self.learning_rate = self.value("training.learning_rate", 0.05)
        self.proximal_mu = self.value("training.proximal_mu", 0.0)
        self.strategy = self._among("aggregation.strategy", STRATEGIES[engine], "fedavg")
        self.mechanism = self._among("privacy.mechanism", MECHANISMS[engine], "none")
        self.filters = self.value("privacy.filters", [])
        self._among("topology.mode", ("simulation",), "simulation")
        self._among("training.optimizer", ("sgd",), "sgd")
        for index, each in enumerate(self.filters):
            if each.get("kind") not in FILTERS[engine]:
                expected = "one of " + ", ".join(FILTERS[engine]) if FILTERS[engine] else "none"
                raise BadInput(f"$.privacy.filters[{index}].kind: {each.get('kind')} (expected, with engine {engine}: {expected})")
        for path in ("privacy.secure_aggregation", "privacy.homomorphic_encryption", "privacy.membership_inference"):
            if self.value(path, False):
                raise BadInput(f"$.{path}: {json.dumps(self.value(path))} (expected, with engine {engine}: false)")
        seed = self.value("seed", None)
        # Nobody shall be able to take noise away that protects somebody: without a seed there is none to know.
        self.seeded = seed is not None
        self.seed = secrets.randbits(63) if seed is None else int(seed)

    @classmethod
    def read(cls, folder, engine):
        files = sorted(path for path in Path(folder).glob("*") if path.is_file())
        if len(files) != 1:
            raise BadInput(f"model: {len(files)} files (expected: one, the plan of the federation)")
        try:
            return cls(json.loads(files[0].read_text("utf-8")), engine)
        except json.JSONDecodeError as e:
            raise BadInput(f"{files[0].name}: no JSON: {e}") from e

    def value(self, path, default):
        """What stands at a dotted path; the default where nothing or null does."""
        at = self.document
        for name in path.split("."):
            at = at.get(name) if isinstance(at, dict) else None
        return default if at is None else at

    def _number(self, path, least, default=None):
        value = self.value(path, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise BadInput(f"$.{path}: {value!r} (expected: a whole number >= {least})")
        return value

    def _among(self, path, known, default):
        value = self.value(path, default)
        if value not in known:
            raise BadInput(f"$.{path}: {value} (expected, with engine {self.engine}: one of {', '.join(known)})")
        return value

    @property
    def network(self):
        network = self.value("model.network", None)
        name = self.value("model.net_name", None)
        if network is None and name is not None:
            file = NETWORKS / f"{name}.json"
            known = sorted(each.stem for each in NETWORKS.glob("*.json"))
            if name not in known:
                raise BadInput(f"$.model.net_name: {name} (expected: one of {', '.join(known)})")
            network = json.loads(file.read_text("utf-8"))
        if not isinstance(network, dict):
            raise BadInput("$.model.network: none (expected: a network description)")
        return network
