"""A federation as an app of Flower (flwr), run by its own simulation runtime: image mlaas/flower:1."""

import os

# Before Flower is imported: no message about this run to anybody, no second guess about the machine.
os.environ.setdefault("FLWR_TELEMETRY_ENABLED", "0")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")

import flwr
import numpy as np
import ray
from flwr.app import ArrayRecord, ConfigRecord, Message, MessageType, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from flwr.serverapp import ServerApp, strategy as strategies
from flwr.simulation import run_simulation

from mlaas_frameworks import training
from mlaas_frameworks.job import Federation, Report, progress, run
from mlaas_frameworks.problems import BadInput

OBJECT_STORE_BYTES = 256 << 20
_here = None


def here():
    """The federation, made once in each process of the simulation."""
    global _here
    if _here is None:
        _here = Federation("flower")
    return _here


client_app = ClientApp()


@client_app.query()
def who(message, context):
    """Nodes have numbers that Flower draws; the server asks once which client each of them is."""
    answer = MetricRecord({"client": int(context.node_config["partition-id"])})
    return Message(RecordDict({"metrics": answer}), reply_to=message)


@client_app.train()
def train(message, context):
    client = int(context.node_config["partition-id"])
    weights = dict(zip(here().initial(), message.content["arrays"].to_numpy_ndarrays()))
    after, loss = here().train(weights, client, int(message.content["config"]["server-round"]))
    # Under differential privacy nobody counts more than another: the noise is for equal weights.
    examples = 1 if here().plan.mechanism == "gaussian" else len(here().shares[client])
    measures = MetricRecord({"client": client, "num-examples": examples, "loss": loss})
    content = RecordDict({"arrays": _record(after), "metrics": measures})
    return Message(content, reply_to=message)


def _record(weights):
    return ArrayRecord(list(weights.values()))


class _Chosen:
    """Flower's grid, on which only the clients of a round are seen: who they are follows from plan and round."""

    def __init__(self, grid, nodes):
        self._grid, self._nodes = grid, nodes

    def get_node_ids(self):
        return self._nodes

    def __getattr__(self, name):
        return getattr(self._grid, name)


def in_order(base):
    """A strategy that takes replies in the order of the clients, not of their arrival: sums then come out the same."""

    class InOrder(base):
        _nodes = None

        def configure_train(self, server_round, arrays, config, grid):
            plan = here().plan
            if self._nodes is None:
                self._nodes = _clients_of(grid, plan.clients)
            chosen = training.random(plan, training.CHOICE, server_round).permutation(plan.clients)
            nodes = [self._nodes[client] for client in sorted(chosen[: plan.clients_per_round])]
            return super().configure_train(server_round, arrays, config, _Chosen(grid, nodes))

        def aggregate_train(self, server_round, replies):
            replies = list(replies)
            for reply in replies:
                if reply.has_error():
                    progress(client="(unknown)", client_state="refused", client_reason=str(reply.error.reason))
            good = [reply for reply in replies if not reply.has_error()]
            if len(good) < here().plan.clients_per_round:
                raise RuntimeError(f"round {server_round}: {len(good)} clients answered "
                                   f"(expected: {here().plan.clients_per_round})")
            good.sort(key=lambda reply: reply.content["metrics"]["client"])
            return super().aggregate_train(server_round, good)

    return InOrder


def _clients_of(grid, expected):
    """client → node"""
    nodes = []
    while len(nodes) < expected:
        nodes = list(grid.get_node_ids())
    questions = [Message(RecordDict(), message_type=MessageType.QUERY, dst_node_id=node) for node in nodes]
    answers = grid.send_and_receive(questions)
    return {reply.content["metrics"]["client"]: reply.metadata.src_node_id for reply in answers}


def strategy(plan):
    each = {
        "fraction_train": 1.0,
        "fraction_evaluate": 0.0,
        "min_train_nodes": plan.clients_per_round,
        "min_evaluate_nodes": 0,
        "min_available_nodes": plan.clients_per_round,
    }
    rate = float(plan.value("aggregation.server_learning_rate", 1.0))
    byzantine = int(plan.value("aggregation.byzantine", 0))
    base, more = {
        "fedavg": (strategies.FedAvg, {}),
        "fedprox": (strategies.FedProx, {"proximal_mu": plan.proximal_mu}),
        "fedadam": (strategies.FedAdam, {"eta": rate}),
        "fedyogi": (strategies.FedYogi, {"eta": rate}),
        "median": (strategies.FedMedian, {}),
        "trimmed_mean": (strategies.FedTrimmedAvg, {"beta": float(plan.value("aggregation.trim", 0.1))}),
        "krum": (strategies.Krum, {"num_malicious_nodes": byzantine}),
        "multi_krum": (
            strategies.MultiKrum,
            {"num_malicious_nodes": byzantine, "num_nodes_to_select": plan.clients_per_round - byzantine},
        ),
        "bulyan": (strategies.Bulyan, {"num_malicious_nodes": byzantine}),
    }[plan.strategy]
    own = in_order(base)(**each, **more)
    multiplier = plan.value("privacy.noise_multiplier", None)
    if plan.mechanism != "gaussian":
        return own
    if multiplier is None:
        raise BadInput("$.privacy.noise_multiplier: null (expected, with engine flower: the multiplier itself)")
    norm = float(plan.value("privacy.clipping.norm", 0.1))
    return strategies.DifferentialPrivacyServerSideFixedClipping(own, float(multiplier), norm, plan.clients_per_round)


def main():
    federation = here()
    plan = federation.plan
    # Ray's processes make the federation from the same input; a seed that was drawn is handed to them.
    os.environ["MLAAS_FRAMEWORKS_SEED"] = str(plan.seed)
    report = Report(federation, {"flwr": flwr.__version__, "ray": ray.__version__, "numpy": np.__version__})
    names, final, failures = list(federation.initial()), {}, []
    chosen = strategy(plan)
    server_app = ServerApp()

    @server_app.main()
    def serve(grid, context):
        # Flower draws its noise from numpy's global generator.
        np.random.seed(training.random(plan, training.NOISE).integers(0, 2**32))

        def evaluate(number, arrays):
            final.update(zip(names, arrays.to_numpy_ndarrays()))
            if number > 0:
                report.round(number, final, plan.clients_per_round)
            return None

        try:
            chosen.start(grid, _record(federation.initial()), plan.rounds, train_config=ConfigRecord(),
                         evaluate_fn=evaluate)
        except Exception as e:
            failures.append(e)
            raise

    processors = len(os.sched_getaffinity(0))
    run_simulation(
        server_app,
        client_app,
        plan.clients,
        backend_config={
            "init_args": {"num_cpus": processors, "include_dashboard": False, "logging_level": "error",
                          "object_store_memory": OBJECT_STORE_BYTES},
            "client_resources": {"num_cpus": 1, "num_gpus": 0.0},
        },
    )
    if failures:
        raise failures[0]
    if len(report.rounds) != plan.rounds:
        raise RuntimeError(f"{len(report.rounds)} rounds were run (expected: {plan.rounds})")
    report.end(final)


if __name__ == "__main__":
    run(main)
