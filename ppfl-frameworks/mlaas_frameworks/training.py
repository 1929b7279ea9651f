"""What a client does with the weights that it is sent: epochs of SGD on its own rows."""

import numpy as np


def random(plan, *what):
    """A generator for one purpose: the same for the same plan and purpose, in whatever process."""
    return np.random.default_rng([plan.seed & 0xFFFFFFFF, plan.seed >> 32, *what])


SPLIT, INITIAL, LOCAL, CHOICE, NOISE = range(5)


def train(network, weights, x, labels, plan, client, round_number):
    """
    :param weights: by name; not changed
    :return: the weights after, and the mean loss of the last epoch
    """
    generator = random(plan, LOCAL, client, round_number)
    sent, own, loss = weights, {name: array.copy() for name, array in weights.items()}, 0.0
    for _ in range(plan.local_epochs):
        order, losses = generator.permutation(len(labels)), []
        for start in range(0, len(order), plan.batch):
            rows = order[start : start + plan.batch]
            step, gradients = network.gradients(own, x[rows], labels[rows], generator)
            losses.append(step)
            for name, gradient in gradients.items():
                if plan.strategy == "fedprox":
                    gradient = gradient + plan.proximal_mu * (own[name] - sent[name])
                own[name] -= (plan.learning_rate * gradient).astype(np.float32)
        loss = float(np.mean(losses))
    return own, loss
