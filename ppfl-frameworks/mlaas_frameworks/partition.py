"""Which rows each client has: disjoint, every row once, a function of (labels, plan, seed)."""

import numpy as np

from .problems import BadInput


def held_out(rows, share, random):
    """Rows to train on and rows to test on."""
    order = random.permutation(rows)
    test = int(round(rows * share))
    return np.sort(order[test:]), np.sort(order[:test])


def split(labels, plan, classes, random):
    """
    :param labels: of the rows that are shared out
    :return: for each client the places of its rows
    """
    kind = plan.value("topology.partition.kind", "iid")
    if kind == "iid":
        rows = random.permutation(len(labels))
        if plan.value("topology.partition.samples_per_client", None):
            rows = rows[: _size(labels, plan) * plan.clients]
        shares = np.array_split(rows, plan.clients)
    elif kind == "dirichlet":
        shares = _dirichlet(labels, plan.clients, plan.value("topology.partition.alpha", 0.5), random)
    elif kind == "label_skew":
        shares = _label_skew(labels, plan, classes, random)
    else:
        raise BadInput(f"$.topology.partition.kind: {kind} (expected: one of iid, dirichlet, label_skew)")
    _nobody_without(shares)
    return [np.sort(share) for share in shares]


def _dirichlet(labels, clients, alpha, random):
    """Hsu, Qi and Brown 2019: each label's rows in proportions drawn from Dirichlet(alpha)."""
    shares = [[] for _ in range(clients)]
    for label in np.unique(labels):
        rows = random.permutation(np.flatnonzero(labels == label))
        ends = (np.cumsum(random.dirichlet(np.full(clients, alpha))) * len(rows)).astype(int)
        for client, part in enumerate(np.split(rows, ends[:-1])):
            shares[client].extend(part.tolist())
    return [np.array(share, dtype=int) for share in shares]


def _label_skew(labels, plan, classes, random):
    """
    As engine fedavg: the imbalance is the share of a client's rows that comes from its own side only. With a target label that
    is a class, clients of even number have that class for their side and the others all others; with none, client k's side is
    class k modulo the number of classes. Whoever's side has run out of rows gets others.
    """
    size = _size(labels, plan)
    own = int(round(float(plan.value("topology.partition.imbalance", 0.0)) * size))
    target = plan.value("topology.partition.target_label", None)
    sides = labels if target not in classes else (labels != classes.index(target)).astype(int)
    count = len(classes) if target not in classes else 2
    order = random.permutation(len(labels))
    free = {side: [row for row in order if sides[row] == side] for side in range(count)}
    dealt = [[] for _ in range(plan.clients)]
    for _ in range(own):  # in turns, so that what is rare is shared
        for client in range(plan.clients):
            if free[client % count]:
                dealt[client].append(free[client % count].pop())
    taken = {row for rows in dealt for row in rows}
    rest = [row for row in order if row not in taken]
    for rows in dealt:
        while len(rows) < size:
            rows.append(rest.pop())
    return [np.array(rows, dtype=int) for rows in dealt]


def _size(labels, plan):
    size = plan.value("topology.partition.samples_per_client", None) or len(labels) // plan.clients
    if size * plan.clients > len(labels) or size < 1:
        raise BadInput(
            f"$.topology.partition.samples_per_client: {size} (expected: 1 to {len(labels) // plan.clients}, "
            f"as {plan.clients} clients share {len(labels)} rows)"
        )
    return size


def _nobody_without(shares):
    """A client without rows gets one of the client that has most."""
    for client, share in enumerate(shares):
        if len(share) == 0:
            richest = max(range(len(shares)), key=lambda i: len(shares[i]))
            if len(shares[richest]) < 2:
                raise BadInput(f"$.topology.clients: {len(shares)} (expected: at most as many as there are rows)")
            shares[client], shares[richest] = shares[richest][:1], shares[richest][1:]
