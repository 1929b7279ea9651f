"""Samples and labels: CSV, NPY and NPZ, as the object "data" of the network description says (docs/network-description.md)."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .problems import BadInput

LABELS = ("label", "target", "class", "y")


@dataclass
class Samples:
    x: np.ndarray
    y: np.ndarray
    classes: list
    scale: float
    offset: float

    def __len__(self):
        return len(self.y)

    def of(self, rows):
        return self.x[rows], self.y[rows]


def read(folder, network, digits):
    """
    :param folder: of the job's input
    :param digits: the built-in data set, for a plan that names none
    """
    files = sorted(path for path in (Path(folder) / "dataset").glob("*") if path.is_file())
    if len(files) > 1:
        raise BadInput(f"dataset: {len(files)} files (expected: one)")
    file = files[0] if files else Path(digits)
    described = network.get("data") or _metadata(folder)
    if file.suffix == ".npz":
        table, labels = _arrays(file, described)
    elif file.suffix == ".npy":
        table = np.load(file, allow_pickle=False)
        table, labels = table[:, :-1], table[:, -1]
    else:
        table, labels = _columns(file, described)
    scale, offset = float(described.get("scale", 1)), float(described.get("offset", 0))
    x = (table.astype(np.float64) * scale + offset).astype(np.float32)
    shape = described.get("shape") or network.get("input", {}).get("shape")
    if shape:
        if int(np.prod(shape)) * len(x) != x.size:
            raise BadInput(f"{file.name}: {x.size // max(len(x), 1)} features (expected: {list(shape)})")
        x = x.reshape(len(x), *shape)
    if not np.isfinite(x).all():
        raise BadInput(f"{file.name}: a feature is not finite (expected: finite numbers)")
    names = [_name(label) for label in labels.tolist()]
    classes = [str(each) for each in described.get("classes") or sorted(set(names), key=_by_value)]
    numbers = {name: number for number, name in enumerate(classes)}
    unknown = next((name for name in names if name not in numbers), None)
    if unknown is not None:
        raise BadInput(f"{file.name}: label {unknown} (expected: one of {', '.join(classes)})")
    return Samples(x, np.array([numbers[name] for name in names]), classes, scale, offset)


def _metadata(folder):
    file = Path(folder) / "dataset.json"
    return json.loads(file.read_text("utf-8")).get("data", {}) if file.exists() else {}


def _columns(file, described):
    with open(file, newline="", encoding="utf-8") as lines:
        rows = list(csv.reader(lines, delimiter=described.get("delimiter", ",")))
    if len(rows) < 2:
        raise BadInput(f"{file.name}: {len(rows)} lines (expected: more)")
    header = described.get("header", not all(_is_number(cell) for cell in rows[0]))
    names = rows[0] if header else [str(i) for i in range(len(rows[0]))]
    rows = rows[1:] if header else rows
    label = _column(names, described.get("label"), file.name)
    features = described.get("features")
    chosen = (
        [_column(names, each, file.name) for each in features]
        if features
        else [i for i in range(len(names)) if i != label]
    )
    try:
        table = np.array([[float(row[i]) for i in chosen] for row in rows])
        return table, np.array([row[label] for row in rows])
    except (ValueError, IndexError) as e:
        raise BadInput(f"{file.name}: {e} (expected: a number in every feature of every line)") from e


def _column(names, wanted, file):
    if wanted is None:
        return next((names.index(name) for name in LABELS if name in names), len(names) - 1)
    if isinstance(wanted, int) and -len(names) <= wanted < len(names):
        return wanted % len(names)
    if wanted in names:
        return names.index(wanted)
    raise BadInput(f"{file}: no column {wanted!r} (expected: one of {', '.join(names[:20])})")


def _arrays(file, described):
    arrays = np.load(file, allow_pickle=False)
    label = described.get("label") or next((n for n in (*LABELS, "labels", "targets", "y_train") if n in arrays), None)
    features = described.get("features") or next((n for n in arrays.files if n != label), None)
    if label not in arrays.files or features not in arrays.files:
        raise BadInput(f"{file.name}: {features}, {label} (expected: two of {', '.join(arrays.files)})")
    return arrays[features].reshape(len(arrays[label]), -1), arrays[label].ravel()


def _name(label):
    return str(int(label)) if isinstance(label, float) and label.is_integer() else str(label)


def _by_value(name):
    return (0, float(name), "") if _is_number(name) else (1, 0.0, name)


def _is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False
