"""How far an ONNX file is from what the source framework computed, on ONNX Runtime."""
import numpy as np
import onnxruntime as ort

ort.set_default_logger_severity(4)
TYPES = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(int64)": np.int64, "tensor(int32)": np.int32,
         "tensor(bool)": np.bool_, "tensor(string)": object, "tensor(float16)": np.float16}
# Where a record has the position of a class, the class.
POSITIONS = {"no": 0, "yes": 1, -1: 0, 0: 0, 1: 1, 2: 2, 10: 1, 20: 2}


def session(path):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def feed(inputs, wanted):
    """The recorded inputs for the model's, by name or else in order; columns are joined or parted where that is the difference."""
    given = dict(inputs)
    if len(given) == 1 and len(wanted) > 1:
        x = next(iter(given.values()))
        given = {"x%d" % i: x[:, i:i + 1] for i in range(x.shape[1])}
    if len(given) > 1 and len(wanted) == 1:
        given = {"x": np.concatenate([v.astype(object) for v in given.values()], 1)}
    if len(given) < len(wanted):
        raise ValueError("%d inputs (expected: %d)" % (len(wanted), len(given)))
    by_name = all(w.name in given for w in wanted)
    values = list(given.values())
    return {w.name: (given[w.name] if by_name else values[i]).astype(TYPES[w.type]) for i, w in enumerate(wanted)}


def pair(recorded, names):
    """Each recorded output's place among the model's: by name or else in order."""
    if all(r in names for r in recorded):
        return {r: names.index(r) for r in recorded}
    return {r: i for i, r in enumerate(recorded)}


def labels_that_differ(y, r, position):
    y = np.asarray(y).reshape(-1)
    if position:
        y = np.array([POSITIONS[v if isinstance(v, str) else int(v)] for v in y])
    r = np.asarray(r).reshape(-1)
    if r.dtype == object:
        return int((y.astype(str) != r.astype(str)).sum())
    return int((y.astype(float) != r.astype(float)).sum())


def numbers(y, r):
    """The largest absolute error, and the same divided by the outputs' magnitude where that is above 1."""
    y, r = np.asarray(y, "float64"), np.asarray(r, "float64")
    if y.ndim == 2 and y.shape[1] == 2 and r.size == y.shape[0]:
        y = y[:, 1]
    if r.ndim == 2 and r.shape[1] == 2 and (r[:, 0] == -r[:, 1]).all():
        # the score of two classes: some write one number, some two, and not all agree on the sign
        r = r[:, 1]
        y = y[:, -1] if y.ndim == 2 else y
        return min(largest(y, r), largest(-y, r))
    if y.size != r.size:
        raise ValueError("output of %s (expected: %s)" % (list(y.shape), list(r.shape)))
    return largest(y, r)


def largest(y, r):
    y, r = y.reshape(-1), r.reshape(-1)
    same = (y == r) | (np.isnan(y) & np.isnan(r))
    if not np.isfinite(np.where(same, 0, y)).all() or not np.isfinite(np.where(same, 0, r)).all():
        return float("inf"), float("inf")
    error = np.abs(np.where(same, 0, y) - np.where(same, 0, r)).max(initial=0)
    magnitude = np.abs(r[np.isfinite(r)]).max(initial=1)
    return float(error), float(error / magnitude)


def judge(path, model):
    """Errors of the file: absolute, scaled, labels; raises when it does not run."""
    loaded = session(path)
    y = loaded.run(None, feed(model.inputs, loaded.get_inputs()))
    places = pair(list(model.outputs), [o.name for o in loaded.get_outputs()])
    absolute = scaled = 0.0
    labels = 0
    if len(y) < len(model.outputs):
        raise ValueError("%d outputs (expected: %d)" % (len(y), len(model.outputs)))
    for name, recorded in model.outputs.items():
        value = y[places[name]]
        if isinstance(value, list):
            value = np.array([list(v.values()) for v in value])
        if name in ("label", "index") and recorded.ndim == 1:
            labels += labels_that_differ(value, recorded, name == "index")
        else:
            a, s = numbers(value, recorded)
            absolute, scaled = max(absolute, a), max(scaled, s)
    return {"error": absolute, "scaled": scaled, "labels": labels}
