"""Fits models, writes each in another protocol or compression, and records what it answers."""
import importlib.util
import json
import pickle
import warnings

import joblib
import numpy as np
import sklearn

warnings.simplefilter("ignore")
WAYS = [("pkl", p) for p in range(2, 6)] + [("joblib", None)] + [
    ("joblib", (c, 3)) for c in ("zlib", "gzip", "bz2", "lzma", "xz", "lz4")
    if c != "lz4" or importlib.util.find_spec("lz4")]


def dense(a):
    return np.asarray(a.todense() if hasattr(a, "todense") else a)


def cell(v):
    return v if isinstance(v, str) else float(v)


def flat(a):
    return [cell(v) for v in dense(a).ravel()]


class Recording:
    """Files {version}-{family}_{name} and, for all of them, {version}-{family}.json."""

    def __init__(self, out, family, only=None):
        """only: names of the models that are recorded; all if there are none."""
        self.only = only
        self.out = out
        self.prefix = f"{sklearn.__version__}-{family}"
        self.models = {}

    def add(self, name, model, x, y=None, test=None, outputs=None):
        """outputs: by name; otherwise those that the model's methods suggest."""
        if self.only is not None and name not in self.only:
            return
        if x.dtype == np.float64 and x.ndim == 2:
            x = x.astype(np.float32).astype(np.float64)
        try:
            model.fit(x, y) if y is not None else model.fit(x)
            rows = x[:12] if test is None else test
            if rows.dtype == np.float64:
                rows = rows.astype(np.float32).astype(np.float64)
            recorded = outputs(model, rows) if outputs else self.outputs(model, rows)
        except Exception as e:
            print("skipped", name, type(e).__name__, e)
            return
        kind, way = WAYS[len(self.models) % len(WAYS)]
        file = f"{self.prefix}_{name}.{kind}"
        if kind == "pkl":
            with open(f"{self.out}/{file}", "wb") as f:
                pickle.dump(model, f, protocol=way)
        else:
            joblib.dump(model, f"{self.out}/{file}", compress=way or 0)
        self.models[file] = {
            "rows": [[None if isinstance(v, float) and np.isnan(v) else cell(v) for v in row]
                     for row in np.asarray(rows).reshape(len(rows), -1).tolist()],
            "outputs": recorded}

    @staticmethod
    def outputs(model, rows):
        outputs = {}
        if not hasattr(model, "predict") or hasattr(model, "get_support"):
            return {"variable": flat(model.transform(rows))}
        classifies = hasattr(model, "classes_")
        outputs["label" if classifies else "variable"] = flat(model.predict(rows))
        if hasattr(model, "predict_proba"):
            outputs["probabilities"] = flat(model.predict_proba(rows))
        elif classifies and hasattr(model, "decision_function"):
            d = model.decision_function(rows)
            outputs["probabilities"] = flat(np.stack([-d, d], 1) if d.ndim == 1 else d)
        return outputs

    def write(self):
        with open(f"{self.out}/{self.prefix}.json", "w") as f:
            json.dump(self.models, f)
