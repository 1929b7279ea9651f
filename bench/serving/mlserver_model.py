"""Writes the same model for MLServer: mlserver_model.py FOLDER HTTP_PORT GRPC_PORT METRICS_PORT."""

import json
import pathlib
import sys

import joblib
from sklearn.linear_model import LogisticRegression

from teach import irises

folder = pathlib.Path(sys.argv[1])
rows, species = zip(*irises())
joblib.dump(LogisticRegression(max_iter=1000).fit(rows, species), folder / "model.joblib")
(folder / "model-settings.json").write_text(
    json.dumps(
        {
            "name": "sklearn-iris",
            "implementation": "mlserver_sklearn.SKLearnModel",
            "parameters": {"uri": "./model.joblib", "version": "1"},
        }
    )
)
(folder / "settings.json").write_text(
    json.dumps(
        {
            "host": "127.0.0.1",
            "http_port": int(sys.argv[2]),
            "grpc_port": int(sys.argv[3]),
            "metrics_port": int(sys.argv[4]),
            # in its own process: a worker beside it costs a small model a hop
            "parallel_workers": 0,
            "debug": False,
        }
    )
)
