"""Makes the fixtures of whole models in one HDF5 file, each with inputs and the outputs that Keras computed for them.

Run with Keras 3.15.1, and with tf_keras 2.21.0 in its place, on TensorFlow 2.21.0:
    python3 make_hdf5_fixtures.py keras FOLDER
    python3 make_hdf5_fixtures.py tf_keras FOLDER
    (cd FOLDER && zip -9 ../../resources/keras-hdf5/models.zip *)
Everything is seeded. The files are packed into one zip, since HDF5 leaves much room between small tensors.
"""
import importlib
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import numpy as np

keras = importlib.import_module(sys.argv[1])
OUT = sys.argv[2]
Input, Model, Sequential, L = keras.Input, keras.Model, keras.Sequential, keras.layers
THIRD = keras.__version__.startswith("3")


def mlp():
    return Sequential([Input((4,)), L.Dense(6, activation="relu"), L.BatchNormalization(), L.Dropout(0.3),
                       L.LeakyReLU(**{"negative_slope" if THIRD else "alpha": 0.2}), L.Dense(3, activation="softmax")])


def cnn():
    x = Input((10, 10, 2), name="image")
    y = L.Rescaling(0.5)(x)
    y = L.Conv2D(4, 3, padding="same", use_bias=False)(y)
    y = L.BatchNormalization(scale=False)(y)
    y = L.ReLU(6.0)(y)
    y = L.ZeroPadding2D(((0, 1), (0, 1)))(y)
    y = L.DepthwiseConv2D(3, strides=2)(y)
    z = L.SeparableConv2D(4, 3, padding="same", activation="swish")(y)
    y = L.Add()([y, z])
    y = L.PReLU(shared_axes=[1, 2])(y)
    y = L.Conv2DTranspose(3, 2, strides=2)(y)
    y = L.MaxPooling2D(2)(y)
    y = L.LayerNormalization()(y)
    y = L.Concatenate()([L.GlobalAveragePooling2D()(y), L.Flatten()(y)])
    return Model(x, L.Dense(3)(y))


def recurrent():
    x = Input((6,), dtype="int32", name="ids")
    e = L.Embedding(7, 4)(x)
    y = L.Bidirectional(L.LSTM(3, return_sequences=True))(e)
    y = L.TimeDistributed(L.Dense(3, activation="tanh"))(y)
    s = L.RNN([L.LSTMCell(3), L.GRUCell(2)])(e)
    r = L.SimpleRNN(2)(y)
    return Model(x, L.Concatenate()([L.GRU(3, go_backwards=True)(y), s, r]))


def masked():
    x = Input((6,), dtype="int32", name="ids")
    e = L.Embedding(7, 4, mask_zero=True)(x)
    y = L.LSTM(3, return_sequences=True)(e)
    return Model(x, L.Dense(2)(L.GlobalAveragePooling1D()(y)))


def attention():
    x = Input((5, 6), name="x")
    y = L.MultiHeadAttention(2, 3)(x, x)
    y = L.LayerNormalization()(L.Add()([x, y]))
    z = L.Conv1D(6, 3, padding="causal", activation="gelu")(y)
    y = L.Attention(use_scale=True)([y, z])
    return Model(x, [L.Dense(2, name="all")(y), L.GlobalMaxPooling1D(name="top")(y)])


def nested():
    a = Input((4,), name="a")
    b = Input((4,), name="b")
    tower = Sequential([Input((4,)), L.Dense(3, activation="relu"), L.BatchNormalization()], name="tower")
    i = Input((3,))
    head = Model(i, L.Dense(2, name="last")(Sequential([Input((3,)), L.Dense(3)], name="deep")(i)), name="head")
    shared = L.Dense(4, name="shared" if THIRD else "block/shared")
    y = tower(shared(a))
    z = tower(shared(b))
    return Model([a, b], [head(L.Subtract()([y, z]) * 2.0 + 1.0), head(L.Multiply()([y, z]))])


def steeper():
    """Of Keras 2 only: its hard_sigmoid."""
    x = Input((5, 3), name="x")
    y = L.LSTM(3, recurrent_activation="hard_sigmoid", return_sequences=True)(x)
    y = L.GRU(2, recurrent_activation="hard_sigmoid")(y)
    return Model(x, [L.Dense(3, activation="hard_sigmoid")(y), L.Activation("hard_sigmoid")(y)])


def functions():
    """Of Keras 2 only: functions of TensorFlow on results of layers."""
    import tensorflow as tf

    x = Input((6, 8), name="x")
    y = x[:, 1:5, ::2]
    z = tf.nn.sigmoid(x[:, -1])
    v = tf.reduce_mean(tf.concat([y, y * 2.0], axis=-1), axis=[1])
    u = tf.clip_by_value(tf.tanh(v) - tf.square(v), -1.0, 0.5)
    t = tf.squeeze(tf.expand_dims(tf.reshape(x, (-1, 48)), 1), 1)
    r = tf.where(z > 0.5, z, tf.nn.relu(-z) + 1.0)
    q = tf.reduce_sum(tf.matmul(x, tf.transpose(x, [0, 2, 1])), axis=-1, keepdims=True)
    p = tf.stack([tf.exp(z), tf.maximum(z, 0.3)], axis=1)
    first, second = tf.split(tf.nn.softmax(tf.abs(-z)), [3, 5], axis=1)
    return Model(x, [u, t, r, q, p, first, second / tf.sqrt(2.0), tf.math.log(tf.cast(z, "float32") + 1.0)])


def tensor(a):
    return {"type": str(a.dtype), "shape": list(a.shape), "values": [float(f"{v:.9g}") for v in a.ravel().tolist()]}


for build in (mlp, cnn, recurrent, masked, attention, nested) + (() if THIRD else (steeper, functions)):
    keras.backend.clear_session()
    keras.utils.set_random_seed(7)
    model = build()
    rng = np.random.default_rng(11)
    for weight in model.weights:
        value = weight.numpy()
        if value.dtype == np.float32:
            moved = value + rng.normal(0, 0.15, value.shape)
            weight.assign((np.abs(moved) + 0.1 if "variance" in weight.name else moved).astype("float32"))
    name = f"{build.__name__}-{keras.__version__}"
    model.save(os.path.join(OUT, name + ".h5"))
    inputs = [rng.integers(0, 7, (3, *t.shape[1:])).astype("int32") if "int" in str(t.dtype)
              else rng.normal(size=(3, *t.shape[1:])).astype("float32") for t in model.inputs]
    for x in inputs:
        if x.dtype == np.int32:
            x[0, -2:], x[1, 3:], x[2, 0] = 0, 0, 0
    outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    names = [n if isinstance(n, str) else n.name for n in model.input_names] if not THIRD else [
        t._keras_history.operation.name for t in model.inputs]
    with open(os.path.join(OUT, name + ".json"), "w") as f:
        json.dump({"inputs": {n: tensor(x) for n, x in zip(names, inputs)},
                   "outputs": [tensor(np.asarray(y)) for y in outputs]}, f, separators=(",", ":"))
    print(name, model.count_params())
