"""The models of the benchmark, from what the fixtures' scripts and make_*.py have written into one folder."""
import base64
import dataclasses
import json
import os
import zipfile

import numpy as np


@dataclasses.dataclass
class Model:
    """One file to translate. inputs and outputs are by name, in order; peers are the arguments of the official converters."""
    id: str
    family: str
    file: str
    inputs: dict
    outputs: dict
    peers: dict
    arguments: list
    about: str = ""

    def inputs_file(self):
        return self.file + ".inputs.json"


def array(a):
    if "data" in a:
        return np.frombuffer(base64.b64decode(a["data"]), a["type"]).reshape(a["shape"])
    values = [np.nan if v is None else v for v in a["values"]]
    return np.array(values, a.get("type", "float64")).reshape(a["shape"])


def read(path):
    with open(path) as f:
        return json.load(f)


def torch(folder):
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".record.json"):
            continue
        record = read(os.path.join(folder, name))
        file = os.path.join(folder, record["file"])
        inputs = {"x%d" % i: array(x) for i, x in enumerate(record["inputs"])}
        arguments = []
        if record["way"] != "exported":
            for name, x in zip([n + "=" for n in record.get("names", [])] or [""], inputs.values()):
                arguments += ["--input-shape", name + ",".join(map(str, x.shape[1:])), "--input-type", name + str(x.dtype)]
        with open(file + ".inputs.json", "w") as f:
            json.dump([{"shape": x.shape, "type": str(x.dtype)} for x in inputs.values()], f)
        peers = {e: ["torch", "convert_torch.py", e, record["catalogue"], record["class"], file] for e in ("script", "dynamo")}
        yield Model("%s.%s" % (record["class"], record["way"]), "PyTorch " + record["way"], file, inputs,
                    {"y%d" % i: array(y) for i, y in enumerate(record["outputs"])}, peers, arguments)


def named(arrays):
    if isinstance(arrays, dict):
        return {k: array(v) for k, v in arrays.items()}
    return {a["name"]: array(a) for a in arrays}


def keras(folder):
    for file in sorted(f for f in os.listdir(folder) if f.endswith(".keras")):
        path = os.path.join(folder, file)
        record = read(path + ".record.json" if os.path.exists(path + ".record.json") else path[:-6] + ".json")
        if isinstance(record["outputs"][0], dict) and "name" in record["outputs"][0]:
            outputs = named(record["outputs"])
        else:
            outputs = {n: array(a) for n, a in zip(record["output_names"], record["outputs"])}
        peers = {w: ["tensorflow", "convert_tensorflow.py", w, path] for w in ("from-keras", "export")}
        yield Model("keras/" + file[:-6], "Keras 3", path, named(record["inputs"]), outputs, peers, [])


def tensorflow(folder):
    for file in sorted(f for f in os.listdir(folder) if f.endswith(".zip") or os.path.isdir(os.path.join(folder, f))):
        path = os.path.join(folder, file)
        name = file.removesuffix(".zip")
        if file.endswith(".zip"):
            path = os.path.join(folder, name)
            if os.path.isdir(path):
                continue
            with zipfile.ZipFile(os.path.join(folder, file)) as z:
                z.extractall(path)
        record = read(path + (".record.json" if os.path.exists(path + ".record.json") else ".json"))
        if "output_names" in record:
            outputs = {n: array(a) for n, a in zip(record["output_names"], record["outputs"])}
        else:
            outputs = named(record["outputs"])
        yield Model("saved-model/" + name, "SavedModel", path, named(record["inputs"]), outputs,
                    {"saved-model": ["tensorflow", "convert_tensorflow.py", "saved-model", path]}, [])


def columns(rows):
    """Inputs and the letters of convert_sklearn.py for rows as Python lists."""
    kinds = ["s" if any(isinstance(r[i], str) for r in rows) else "f" for i in range(len(rows[0]))]
    if len(set(kinds)) == 1:
        x = np.array([[np.nan if v is None else v for v in r] for r in rows], object if kinds[0] == "s" else "float32")
        return {"X": x}, kinds[0] + str(len(kinds))
    inputs = {"x%d" % i: np.array([[r[i]] for r in rows], object if k == "s" else "float32") for i, k in enumerate(kinds)}
    return inputs, "".join(kinds)


def sklearn(folder):
    for file in sorted(f for f in os.listdir(folder) if f.endswith(".record.json")):
        record = read(os.path.join(folder, file))
        path = os.path.join(folder, record["file"])
        kind = "xgboost" if path.endswith(".json") else "lightgbm" if path.endswith(".txt") else "sklearn"
        inputs = named(record["inputs"])
        family = {"xgboost": "XGBoost", "lightgbm": "LightGBM", "sklearn": "scikit-learn"}[kind]
        yield Model("%s/%s" % (kind, record["file"].rsplit(".", 1)[0]), family, path, inputs, named(record["outputs"]),
                    {kind: ["sklearn", "convert_sklearn.py", kind, path, "f%d" % inputs["X"].shape[1]]}, [])
    for version in sorted(f for f in os.listdir(folder) if f.endswith(".json") and f[0].isdigit()):
        for file, record in sorted(read(os.path.join(folder, version)).items()):
            path = os.path.join(folder, file)
            inputs, letters = columns(record["rows"])
            n = len(record["rows"])
            outputs = {}
            for name, values in record["outputs"].items():
                text = any(isinstance(v, str) for v in values)
                outputs[name] = np.array(values, object if text else "float64").reshape((n,) if name == "label" else (n, -1))
            yield Model("sklearn/" + file.split("-", 1)[1].rsplit(".", 1)[0], "scikit-learn", path, inputs, outputs,
                        {"sklearn": ["sklearn", "convert_sklearn.py", "sklearn", path, letters]}, [])


def trees(folder):
    for file in sorted(f for f in os.listdir(folder) if ".model." in f):
        path = os.path.join(folder, file)
        name = file.split(".model.")[0]
        record = read(os.path.join(folder, name + ".json"))
        x = np.array([np.nan if v is None else v for v in record["x"]], "float32").reshape(record["x_shape"])
        kind = {"xgb": "xgboost", "lgb": "lightgbm", "skl": "sklearn"}[name[:3]]
        outputs = {k: array(v) for k, v in record["outputs"].items() if not (k == "scores" and "probabilities" in record["outputs"])}
        family = {"xgboost": "XGBoost", "lightgbm": "LightGBM", "sklearn": "scikit-learn trees"}[kind]
        yield Model("%s/%s" % (kind if kind != "sklearn" else "trees", name.split("_", 2 if kind == "sklearn" else 1)[-1]), family, path,
                    {"X": x}, outputs, {kind: ["sklearn", "convert_sklearn.py", kind, path, "f%d" % x.shape[1]]}, [])


def all_models(folder):
    for kind in (torch, keras, tensorflow, sklearn, trees):
        yield from kind(os.path.join(folder, kind.__name__))
