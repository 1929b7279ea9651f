"""Makes the SavedModel fixtures of the translator's tests, each with inputs and the outputs TensorFlow computed for them.

Run with TensorFlow 2.21.0 and Keras 3.15.1: python3 make_fixtures.py ../../resources/tensorflow
Everything is seeded; the files that are committed come from one run.
"""
import json
import os
import shutil
import sys
import tempfile
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy as np
import tensorflow as tf
from keras import Input, Model, Sequential, layers as L

OUT = sys.argv[1]
MODELS = {}


def model(build):
    MODELS[build.__name__.replace("_", "-")] = build
    return build


@model
def mlp():
    return Sequential([Input((4,), name="x"), L.Dense(8, activation="relu"), L.BatchNormalization(), L.Dense(3, activation="softmax")])


@model
def cnn():
    return Sequential([Input((12, 12, 2), name="x"), L.Conv2D(4, 3, padding="same", activation="relu"), L.BatchNormalization(),
                       L.MaxPooling2D(2), L.DepthwiseConv2D(3), L.AveragePooling2D(2), L.Flatten(), L.Dense(5)])


@model
def residual():
    x = Input((8, 8, 3), name="x")
    y = L.Conv2D(4, 3, padding="same", use_bias=False)(x)
    y = L.LeakyReLU(0.2)(L.BatchNormalization()(y))
    z = L.Conv2D(4, 3, padding="same")(L.ZeroPadding2D(1)(y))
    z = L.Cropping2D(1)(z)
    y = L.Activation("swish")(L.Add()([y, z]))
    return Model(x, L.Dense(3, activation="sigmoid")(L.GlobalAveragePooling2D()(y)))


@model
def normalized():
    x = Input((5, 6), name="x")
    y = L.LayerNormalization()(x)
    y = L.Dense(6, activation="gelu")(y)
    y = L.Concatenate()([x, y, L.UnitNormalization()(x)])
    return Model(x, L.Dense(2, activation="tanh")(L.GlobalMaxPooling1D()(y)))


@model
def embedding():
    return Sequential([Input((8,), dtype="int32", name="ids"), L.Embedding(20, 6), L.GlobalAveragePooling1D(), L.Dense(3, activation="softmax")])


@model
def two_inputs():
    a, b = Input((4,), name="a"), Input((4,), name="b")
    y = L.Dense(3, activation="elu")(L.Concatenate()([a, b]))
    return Model([a, b], [L.Dense(2)(y), L.Multiply()([a, b])])


@model
def attention():
    q = Input((4, 6), name="q")
    return Model(q, L.MultiHeadAttention(2, 3)(q, q))


@model
def function():
    class Affine(tf.Module):
        def __init__(self):
            self.w = tf.Variable(np.random.default_rng(3).normal(size=(4, 3)).astype("float32"))
            self.b = tf.Variable([0.1, -0.2, 0.3])

        @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32, name="x")])
        def __call__(self, x):
            h = tf.matmul(x, self.w) + self.b
            g = tf.where(h > 0.0, tf.sqrt(tf.abs(h)), tf.exp(h) - 1.0)
            return {"y": tf.reduce_sum(g, axis=1, keepdims=True), "best": tf.argmax(h, axis=1), "part": tf.transpose(h[:, 1:])}

    return Affine()


def tensor(a):
    a = np.asarray(a)
    return {"type": str(a.dtype), "shape": list(a.shape), "values": [float(f"{v:.9g}") for v in a.ravel().tolist()]}


def main():
    for name, build in MODELS.items():
        keras.backend.clear_session()
        keras.utils.set_random_seed(7)
        m = build()
        rng = np.random.default_rng(11)
        for w in getattr(m, "weights", []):
            if w.dtype.startswith("float") and "seed" not in w.path:
                v = w.numpy()
                moved = np.abs(v + rng.uniform(0.05, 0.5, v.shape)) if "variance" in w.path else v + rng.normal(0, 0.15, v.shape)
                w.assign(moved.astype("float32"))
        folder = os.path.join(tempfile.mkdtemp(), name)
        if isinstance(m, keras.Model):
            m.export(folder, verbose=False)
        else:
            tf.saved_model.save(m, folder)
        signature = tf.saved_model.load(folder).signatures["serving_default"]
        inputs = {}
        for key, spec in signature.structured_input_signature[1].items():
            sizes = [3] + spec.shape.as_list()[1:]
            inputs[key] = rng.integers(0, 6, sizes).astype("int32") if spec.dtype == tf.int32 else rng.normal(0, 1, sizes).astype("float32")
        outputs = signature(**{k: tf.constant(v) for k, v in inputs.items()})
        order = sorted(outputs)
        with zipfile.ZipFile(os.path.join(OUT, name + ".zip"), "w", zipfile.ZIP_DEFLATED) as z:
            for root, _, files in os.walk(folder):
                for file in sorted(files):
                    if file != "fingerprint.pb":
                        path = os.path.join(root, file)
                        z.writestr(zipfile.ZipInfo(os.path.relpath(path, folder), (2020, 1, 1, 0, 0, 0)), open(path, "rb").read(), zipfile.ZIP_DEFLATED)
        shutil.rmtree(folder)
        record = {"inputs": {k: tensor(v) for k, v in inputs.items()}, "outputs": [tensor(outputs[k]) for k in order], "output_names": order}
        with open(os.path.join(OUT, name + ".json"), "w") as f:
            json.dump(record, f, separators=(",", ":"))
        print(name, order)


main()
