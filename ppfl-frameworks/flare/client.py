"""What FLARE runs at each site: receives the weights of a round, trains, sends its own."""

import os

import nvflare.client as flare

from mlaas_frameworks.job import Federation

flare.init()
federation = Federation("flare")
client = int(flare.get_site_name().split("-")[-1]) - 1

while flare.is_running():
    received = flare.receive()
    weights = {name: received.params[name] for name in federation.initial()}
    after, loss = federation.train(weights, client, received.current_round + 1)
    flare.send(
        flare.FLModel(
            params=after,
            metrics={"loss": loss},
            meta={"NUM_STEPS_CURRENT_ROUND": len(federation.shares[client])},
        )
    )
