"""Makes the SavedModel fixtures of the translator's tests, each with inputs and the outputs TensorFlow computed for them.

Run with TensorFlow 2.21.0 and Keras 3.15.1: python3 make_fixtures.py ../../resources/tensorflow [names]
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
LARGE = set()


def model(build):
    MODELS[build.__name__.replace("_", "-")] = build
    return build


def large(build):
    """Too large to be committed: made only when it is asked for by name."""
    LARGE.add(build.__name__.replace("_", "-"))
    return model(build)


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


@model
def lstm_gru():
    return Sequential([Input((None, 4), name="x"), L.LSTM(5, return_sequences=True), L.GRU(4), L.Dense(2)])


@model
def wide_lstm():
    return Sequential([Input((5, 8), name="x"), L.LSTM(16)])


@model
def bidirectional():
    x = Input((6, 4), name="x")
    y = L.Bidirectional(L.LSTM(3, return_sequences=True), merge_mode="sum")(x)
    y = L.TimeDistributed(L.Dense(4, activation="relu"))(y)
    y = L.Bidirectional(L.SimpleRNN(3))(y)
    return Model(x, L.Dense(2)(y))


@model
def gru_before():
    x = Input((5, 3), name="x")
    y, state = L.GRU(4, reset_after=False, go_backwards=True, return_sequences=True, return_state=True)(x)
    return Model(x, [y, state])


@model
def masked_lstm():
    return Sequential([Input((7,), dtype="int32", name="ids"), L.Embedding(10, 4, mask_zero=True), L.LSTM(5, return_sequences=True), L.GRU(3), L.Dense(2, activation="softmax")])


@model
def stacked_cells():
    return Sequential([Input((None, 3), name="x"), L.RNN([L.LSTMCell(4), L.GRUCell(3)])])


@model
def conv_lstm():
    return Sequential([Input((3, 6, 6, 2), name="x"), L.ConvLSTM2D(3, 3, padding="same", return_sequences=True), L.ConvLSTM2D(2, 3), L.GlobalAveragePooling2D()])


@model
def while_loop():
    class Halving(tf.Module):
        def __init__(self):
            self.w = tf.Variable(np.random.default_rng(5).normal(size=(3, 3)).astype("float32") * 0.4)

        @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, name="x")])
        def __call__(self, x):
            rounds = tf.constant(0)
            while tf.reduce_max(tf.abs(x)) > 0.5:
                x = tf.tanh(tf.matmul(x, self.w)) * 0.9
                rounds += 1
            return {"y": x, "rounds": tf.fill([tf.shape(x)[0]], rounds)}

    return Halving()


@model
def branches():
    class Gate(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, name="x")])
        def __call__(self, x):
            if tf.reduce_sum(x) > 0.0:
                y = x * 2.0 + 1.0
            else:
                y = tf.sigmoid(-x)
            parts = tf.TensorArray(tf.float32, size=4)
            for i in tf.range(4):
                parts = parts.write(i, y * tf.cast(i, tf.float32))
            return tf.transpose(parts.stack(), [1, 0, 2])

    return Gate()


@large
def mobilenet_v2():
    return keras.applications.MobileNetV2(input_shape=(32, 32, 3), alpha=0.1, weights=None, classes=4)


@model
def mobilenet_v3():
    x = Input((16, 16, 3), name="x")
    y = L.Rescaling(1 / 127.5, offset=-1.0)(x)
    y = L.Activation("hard_swish")(L.BatchNormalization()(L.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(y)))
    z = L.BatchNormalization()(L.DepthwiseConv2D(3, strides=2, padding="valid", use_bias=False)(L.ZeroPadding2D(((0, 1), (0, 1)))(y)))
    s = L.GlobalAveragePooling2D(keepdims=True)(z)
    s = L.Activation("hard_sigmoid")(L.Conv2D(8, 1)(L.ReLU()(L.Conv2D(4, 1)(s))))
    return Model(x, L.Dense(3)(L.Flatten()(L.Multiply()([z, s]))))


@large
def mobilenet_v3_small():
    return keras.applications.MobileNetV3Small(input_shape=(32, 32, 3), alpha=0.1, weights=None, classes=4, minimalistic=False)


@large
def efficientnet():
    from keras.src.applications.efficientnet import EfficientNet
    return EfficientNet(0.1, 0.5, 32, depth_divisor=8, weights=None, classes=3, input_shape=(32, 32, 3), name="small")


@large
def densenet():
    return keras.applications.DenseNet121.__globals__["DenseNet"]([1, 1, 1, 1], weights=None, input_shape=(32, 32, 3), classes=3, name="small")


@model
def resnet():
    from keras.src.applications.resnet import ResNet, stack_residual_blocks_v1
    return ResNet(lambda x: stack_residual_blocks_v1(stack_residual_blocks_v1(x, 8, 2, stride1=1, name="a"), 8, 2, name="b"), False, True,
                  weights=None, input_shape=(32, 32, 3), classes=3, name="small")


@model
def inception():
    x = Input((17, 17, 3), name="x")
    a = L.Conv2D(4, 1, padding="same")(x)
    b = L.Conv2D(4, (3, 1), padding="same")(L.Conv2D(3, (1, 3), padding="same")(x))
    c = L.Conv2D(4, 1)(L.AveragePooling2D(3, strides=1, padding="same")(x))
    y = L.Activation("relu")(L.BatchNormalization(scale=False)(L.Concatenate()([a, b, c])))
    y = L.Concatenate()([L.Conv2D(4, 3, strides=2)(y), L.MaxPooling2D(3, strides=2)(y)])
    return Model(x, L.Dense(3, activation="softmax")(L.GlobalAveragePooling2D()(y)))


@model
def u_net():
    x = Input((16, 16, 2), name="x")
    a = L.Conv2D(4, 3, padding="same", activation="relu")(x)
    b = L.Conv2D(6, 3, padding="same", activation="relu")(L.MaxPooling2D(2)(a))
    c = L.Conv2D(8, 3, padding="same", activation="relu", dilation_rate=2)(L.MaxPooling2D(2)(b))
    d = L.Concatenate()([b, L.Conv2DTranspose(6, 3, strides=2, padding="same")(c)])
    e = L.Concatenate()([a, L.UpSampling2D(2, interpolation="bilinear")(d), L.UpSampling2D(4)(c)])
    return Model(x, L.Conv2D(1, 1, activation="sigmoid")(e))


@model
def autoencoder():
    x = Input((8, 8, 1), name="x")
    y = L.Conv2D(4, 3, strides=2, padding="same", activation="elu")(x)
    y = L.Conv2D(6, 3, strides=2, padding="valid", activation="selu")(y)
    z = L.Dense(3, activation="softplus")(L.Flatten()(y))
    y = L.Reshape((2, 2, 6))(L.Dense(24)(z))
    y = L.Conv2DTranspose(4, 2, strides=2, padding="valid")(y)
    y = L.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid")(y)
    return Model(x, [y, z])


@model
def temporal():
    x = Input((20, 3), name="x")
    y = x
    for rate in (1, 2, 4):
        g = L.Multiply()([L.Conv1D(4, 2, dilation_rate=rate, padding="causal", activation="tanh")(y),
                          L.Conv1D(4, 2, dilation_rate=rate, padding="causal", activation="sigmoid")(y)])
        y = L.Add()([L.Conv1D(4, 1)(g), L.Conv1D(4, 1)(y)])
    y = L.Conv1D(4, 3, dilation_rate=3, padding="same")(y)
    y = L.Conv1DTranspose(3, 3, strides=2)(L.GroupNormalization(2)(y))
    return Model(x, L.GlobalMaxPooling1D()(L.UpSampling1D(2)(y)))


@model
def causal_open():
    x = Input((None, 3), name="x")
    y = L.Conv1D(4, 2, padding="causal", activation="relu")(x)
    return Model(x, L.Conv1D(2, 3, padding="same")(y))


@model
def dilated_open():
    x = Input((None, 3), name="x")
    y = L.Conv1D(4, 3, padding="causal", dilation_rate=2, activation="relu")(L.Conv1D(4, 1)(x))
    z = L.Conv1D(4, 2, padding="causal", dilation_rate=4)(y)
    return Model(x, L.Conv1D(2, 3, padding="same", dilation_rate=3)(L.Add()([y, z])))


@model
def distributed_open():
    """As Keras 3.15 writes it, this runs over as many steps as there are samples: a batch longer than the series fails."""
    x = Input((None, 3), name="x")
    return Model(x, L.TimeDistributed(L.Dense(2, activation="tanh"))(x))


@model
def volume():
    return Sequential([Input((6, 6, 6, 2), name="x"), L.Conv3D(4, 3, padding="same"), L.MaxPooling3D(2), L.Conv3DTranspose(2, 2, strides=2),
                       L.AveragePooling3D(2), L.Flatten(), L.Dense(2)])


@model
def preprocessing():
    return Sequential([Input((10, 12, 3), name="x"), L.Rescaling(1 / 127.5, offset=-1.0), L.Resizing(8, 9), L.CenterCrop(6, 6),
                       L.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 2.0, 3.0]), L.SeparableConv2D(4, 3), L.UpSampling2D(2),
                       L.Conv2D(4, 3, groups=2), L.PReLU(shared_axes=[1, 2]), L.GlobalAveragePooling2D()])


@model
def transformer():
    ids = Input((8,), dtype="int32", name="ids")
    x = L.Embedding(20, 8)(ids)
    y = L.MultiHeadAttention(2, 4)(x, x, use_causal_mask=True)
    x = L.LayerNormalization()(L.Add()([x, y]))
    y = L.Dense(8)(L.Dense(16, activation="gelu")(x))
    x = L.LayerNormalization(epsilon=1e-6)(L.Add()([x, y]))
    return Model(ids, L.Dense(3, activation="log_softmax")(L.GlobalAveragePooling1D()(x)))


@model
def attention_mask():
    a, m = Input((4, 6), name="a"), Input((4,), dtype="bool", name="m")
    y = L.Attention(use_scale=True)([a, a], mask=[m, m])
    return Model([a, m], y)


@model
def writes_file():
    class Writer(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32, name="x")])
        def __call__(self, x):
            tf.io.write_file("/dev/null", "written")
            return tf.nn.relu(x)

    return Writer()


@model
def operators():
    class Many(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None, 6], tf.float32, name="x"), tf.TensorSpec([None, 3], tf.int32, name="ids")])
        def __call__(self, x, ids):
            i = ids
            p, q = tf.split(x, [2, 4], axis=1)
            values, places = tf.math.top_k(x, 3)
            a, b, c = tf.unstack(tf.reshape(x, [-1, 2, 3]), axis=2)
            n = tf.shape(x)[0]
            return {
                "a": tf.tile(p, [1, 2]) + q[:, ::-1],
                "b": tf.one_hot(i, 5, on_value=2.0, off_value=-1.0),
                "c": values,
                "d": places,
                "e": tf.gather(x, i, axis=1, batch_dims=1),
                "f": tf.cumsum(x, axis=1, exclusive=True, reverse=True),
                "g": tf.linalg.diag(p) + tf.linalg.band_part(tf.ones([2, 2]), 0, -1),
                "h": x[..., tf.newaxis, 1:5:2],
                "i": tf.pad(x, [[0, 0], [2, 1]], mode="REFLECT") + tf.pad(x, [[0, 0], [2, 1]], mode="SYMMETRIC"),
                "j": tf.einsum("...i,...j->...ij", a, b) + tf.linalg.diag_part(tf.linalg.diag(c))[:, :, tf.newaxis],
                "k": tf.reverse(x, [1]) + tf.cast(tf.range(6), tf.float32),
                "l": tf.math.floormod(x, 0.7) + tf.math.floordiv(x, 0.3) + tf.cast(tf.math.floormod(i, 2)[:, :1] - i[:, 1:2] // 3, tf.float32),
                "m": tf.fill([n, 2], 3.0) * tf.math.divide_no_nan(a, tf.nn.relu(b)),
                "n": tf.cast(tf.reduce_any(x > 0.5, axis=1), tf.float32) + tf.cast(tf.argmin(x, axis=1), tf.float32),
                "o": tf.nn.leaky_relu(x) + tf.nn.selu(x) + tf.math.erf(x) + tf.nn.log_softmax(x) + tf.math.expm1(x) + tf.sign(x),
                "p": tf.where(tf.math.is_finite(x) & (x != 0.0), tf.round(x), tf.clip_by_value(x, -0.5, 0.5)),
                "q": tf.gather_nd(x, tf.stack([tf.range(n), tf.zeros([n], tf.int32)], axis=1)),
                "r": tf.concat([x, tf.broadcast_to(tf.constant([[1.0, 2.0]]), [n, 2])], 1)[:, -3:],
                "s": tf.add_n([x, x, tf.sin(x), tf.math.log1p(tf.abs(x))]),
            }

    return Many()


@model
def images():
    class Images(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None, 4, 6, 4], tf.float32, name="x")])
        def __call__(self, x):
            y = tf.nn.space_to_depth(x, 2)
            z = tf.nn.depth_to_space(x, 2)
            return {
                "a": tf.nn.depth_to_space(y, 2) + tf.image.resize(z, [4, 6], method="nearest"),
                "b": tf.compat.v1.image.resize_bilinear(x, [8, 9], align_corners=True),
                "c": tf.compat.v1.image.resize_bilinear(x, [7, 9]),
                "d": tf.image.resize(x, [7, 5], method="bilinear"),
                "e": tf.compat.v1.image.resize_nearest_neighbor(x, [5, 8], align_corners=True),
                "f": tf.compat.v1.image.resize_nearest_neighbor(x, [5, 8]),
                "g": tf.batch_to_space(tf.space_to_batch(x, [2, 3], [[0, 0], [1, 2]]), [2, 3], [[0, 0], [1, 2]]),
                "h": tf.nn.conv2d(x, tf.ones([3, 3, 4, 2]) * 0.1, 1, [[0, 0], [1, 0], [2, 1], [0, 0]]),
                "i": tf.compat.v1.nn.fused_batch_norm(x, [1.0, 2.0, 3.0, 4.0], [0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8], [1.0, 1.1, 1.2, 1.3], is_training=False)[0],
                "j": tf.space_to_batch(x, [2, 2], [[0, 0], [0, 0]]) + 1.0,
            }

    return Images()


def tensor(a):
    a = np.asarray(a)
    return {"type": str(a.dtype), "shape": list(a.shape), "values": [float(f"{v:.9g}") for v in a.ravel().tolist()]}


def main():
    for name, build in MODELS.items():
        if name not in (sys.argv[2:] or MODELS.keys() - LARGE):
            continue
        keras.backend.clear_session()
        keras.utils.set_random_seed(7)
        m = build()
        print(name, flush=True)
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
            sizes = [3] + [5 if size is None else size for size in spec.shape.as_list()[1:]]
            if spec.dtype == tf.bool:
                inputs[key] = rng.integers(0, 2, sizes).astype("bool")
            else:
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
