"""Makes the Keras fixtures of the translator's tests: small models in `.keras` archives, each with inputs and the outputs
that Keras computed for them.

Run with Keras 3.15.1 on TensorFlow 2.21.0: python3 make_fixtures.py ../../resources/keras
Everything is seeded; the files that are committed come from one run.
"""
import json
import os
import sys
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy as np
from keras import Input, Model, Sequential, layers as L

OUT = sys.argv[1]
ONLY = sys.argv[2:]
MODELS = {}


def model(build):
    MODELS[build.__name__.replace("_", "-")] = build
    return build


@model
def mlp():
    return Sequential([Input((4,)), L.Dense(8, activation="relu"), L.BatchNormalization(), L.Dropout(0.3),
                       L.Dense(3, activation="softmax")])


@model
def activations():
    x = Input((6,), name="x")
    names = ["relu", "relu6", "sigmoid", "tanh", "softplus", "softsign", "selu", "elu", "exponential", "gelu", "silu",
             "mish", "hard_sigmoid", "hard_silu", "hard_tanh", "log_sigmoid", "log_softmax", "softmax", "leaky_relu",
             "linear", "celu", "glu", "hard_shrink", "soft_shrink", "tanh_shrink", "squareplus", "sparse_plus",
             "sparse_sigmoid"]
    ys = [L.Activation(n, name="a_" + n)(x) for n in names]
    return Model(x, L.Concatenate()(ys))


@model
def activation_layers():
    x = Input((4, 6), name="x")
    ys = [L.ReLU(max_value=1.5, negative_slope=0.1, threshold=0.2)(x), L.LeakyReLU(0.2)(x), L.ELU(0.7)(x),
          L.PReLU(shared_axes=[1], alpha_initializer="glorot_uniform")(x), L.Softmax(axis=1)(x), L.Softmax()(x),
          L.ReLU()(x), L.Activation("relu")(x), L.PReLU(alpha_initializer="uniform")(x)]
    return Model(x, L.Concatenate(axis=-1)(ys))


@model
def cnn():
    return Sequential([Input((12, 12, 2)), L.Rescaling(1 / 2.0, offset=-0.1), L.Conv2D(4, 3, padding="same", activation="relu"),
                       L.BatchNormalization(), L.MaxPooling2D(2), L.Conv2D(6, (3, 2), strides=(2, 1), use_bias=False),
                       L.ReLU(), L.AveragePooling2D((2, 2), padding="same"), L.Flatten(), L.Dense(5)])


@model
def separable_mobile():
    x = Input((16, 16, 3))
    y = L.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(x)
    y = L.BatchNormalization()(y)
    y = L.Activation("relu6")(y)
    y = L.DepthwiseConv2D(3, padding="same", depth_multiplier=2)(y)
    y = L.SeparableConv2D(8, 3, strides=2, padding="same", depth_multiplier=2)(y)
    y = L.ZeroPadding2D(((0, 1), (0, 1)))(y)
    y = L.DepthwiseConv2D(3, strides=2, use_bias=False)(y)
    z = L.GlobalAveragePooling2D(keepdims=True)(y)
    z = L.Conv2D(4, 1, activation="relu")(z)
    z = L.Conv2D(8, 1, activation="hard_sigmoid")(z)
    y = L.Multiply()([y, z])
    y = L.GlobalAveragePooling2D()(y)
    return Model(x, L.Dense(4, activation="softmax")(y))


@model
def residual():
    x = Input((10, 10, 4), name="image")
    y = x
    for i in range(2):
        z = L.Conv2D(4, 3, padding="same", use_bias=False)(y)
        z = L.BatchNormalization()(z)
        z = L.ReLU()(z)
        z = L.Conv2D(4, 3, padding="same", use_bias=False)(z)
        z = L.BatchNormalization(scale=False)(z)
        y = L.ReLU()(L.Add()([y, z]))
    s = L.Conv2D(8, 1, strides=2)(y)
    z = L.Conv2D(8, 3, strides=2, padding="same")(y)
    y = L.add([s, z])
    return Model(x, L.Dense(3)(L.GlobalMaxPooling2D()(y)))


@model
def dilated_grouped():
    x = Input((9, 9, 4))
    a = L.Conv2D(4, 3, dilation_rate=2, padding="same")(x)
    b = L.Conv2D(8, 3, groups=2, padding="valid")(x)
    b = L.Cropping2D(((1, 0), (0, 1)))(L.ZeroPadding2D(2)(b))
    return Model(x, [a, b])


@model
def transposed():
    x = Input((5, 6, 3))
    a = L.Conv2DTranspose(4, 3, strides=2, padding="same")(x)
    b = L.Conv2DTranspose(2, 4, strides=3, padding="valid", use_bias=False)(x)
    c = L.Conv2DTranspose(2, 3, strides=1, padding="same", activation="tanh")(x)
    d = L.Conv2DTranspose(2, 2, strides=3, padding="valid")(x)
    e = L.Conv2DTranspose(2, 4, strides=2, padding="same")(x)
    f = L.Conv2DTranspose(2, 2, strides=3, padding="same")(x)
    return Model(x, [a, b, c, d, e, f])


@model
def u_net():
    x = Input((16, 16, 1))
    c1 = L.Conv2D(4, 3, padding="same", activation="relu")(x)
    p1 = L.MaxPooling2D()(c1)
    c2 = L.Conv2D(8, 3, padding="same", activation="relu")(p1)
    u = L.Conv2DTranspose(4, 2, strides=2, padding="same")(c2)
    m = L.Concatenate()([u, c1])
    u2 = L.UpSampling2D(2)(c2)
    u3 = L.UpSampling2D(2, interpolation="bilinear")(c2)
    y = L.Conv2D(4, 3, padding="same", activation="relu")(L.concatenate([m, u2, u3]))
    return Model(x, L.Conv2D(1, 1, activation="sigmoid")(y))


@model
def conv1d():
    x = Input((15, 3))
    a = L.Conv1D(4, 3, padding="causal", dilation_rate=2, activation="relu")(x)
    a = L.MaxPooling1D(2)(a)
    a = L.SeparableConv1D(5, 3, padding="same")(a)
    a = L.AveragePooling1D(3, strides=2, padding="same")(a)
    b = L.Conv1DTranspose(3, 3, strides=2, padding="same")(a)
    b = L.DepthwiseConv1D(3, padding="valid")(b)
    b = L.UpSampling1D(2)(b)
    b = L.Cropping1D((1, 2))(L.ZeroPadding1D((2, 1))(b))
    c = L.GlobalMaxPooling1D()(b)
    d = L.GlobalAveragePooling1D()(a)
    return Model(x, [L.Concatenate()([c, d]), b])


@model
def conv3d():
    x = Input((6, 7, 8, 2))
    a = L.Conv3D(3, 3, padding="same", activation="elu")(x)
    p = L.MaxPooling3D(2)(a)
    q = L.AveragePooling3D(2, padding="same")(a)
    t = L.Conv3DTranspose(2, 3, strides=2, padding="same")(p)
    u = L.UpSampling3D(2)(p)
    u = L.Cropping3D(1)(L.ZeroPadding3D(1)(u))
    g = L.Concatenate()([L.GlobalAveragePooling3D()(q), L.GlobalMaxPooling3D()(t), L.GlobalAveragePooling3D()(u)])
    return Model(x, L.Dense(3)(g))


@model
def tcn():
    x = Input((None, 2), name="series")
    y = x
    for d in (1, 2, 4):
        z = L.Conv1D(4, 2, padding="causal", dilation_rate=d)(y)
        z = L.LayerNormalization()(z)
        z = L.Activation("gelu")(z)
        s = L.Conv1D(4, 1)(y)
        y = L.Add()([s, z])
    return Model(x, L.Dense(1)(y))


@model
def normalizations():
    x = Input((5, 6, 8))
    a = L.LayerNormalization(axis=-1, epsilon=1e-3)(x)
    b = L.LayerNormalization(axis=[1, 2, 3])(x)
    c = L.GroupNormalization(groups=4)(x)
    d = L.UnitNormalization()(x)
    e = L.GroupNormalization(groups=-1)(x)
    f = L.BatchNormalization(axis=1)(x)
    g = L.LayerNormalization(center=False, scale=False)(x)
    h = L.UnitNormalization(axis=[1, 2])(x)
    i = L.RMSNormalization()(x)
    j = L.LayerNormalization(axis=1)(x)
    return Model(x, L.Concatenate()([a, b, c, d, e, f, g, h, i, j]))


@model
def lstm():
    return Sequential([Input((7, 3)), L.LSTM(5, return_sequences=True), L.LSTM(4), L.Dense(2)])


@model
def lstm_dynamic_time():
    return Sequential([Input((None, 3)), L.LSTM(5, return_sequences=True, go_backwards=True), L.Bidirectional(L.LSTM(4, return_sequences=True)),
                       L.TimeDistributed(L.Dense(2, activation="tanh"))])


@model
def gru():
    x = Input((6, 3))
    a = L.GRU(4, return_sequences=True)(x)
    b = L.GRU(4, reset_after=False)(a)
    c = L.GRU(4, use_bias=False, recurrent_activation="hard_sigmoid", activation="relu")(a)
    d = L.GRU(3, go_backwards=True)(x)
    return Model(x, [a, L.Concatenate()([b, c, d])])


@model
def simple_rnn():
    x = Input((6, 3))
    a = L.SimpleRNN(4, return_sequences=True)(x)
    b = L.SimpleRNN(4, activation="relu", use_bias=False)(a)
    c = L.Bidirectional(L.SimpleRNN(3), merge_mode="sum")(a)
    return Model(x, L.Concatenate()([b, c]))


@model
def rnn_states():
    x = Input((6, 3), name="x")
    h0 = Input((4,), name="h0")
    c0 = Input((4,), name="c0")
    y, h, c = L.LSTM(4, return_sequences=True, return_state=True, activation="softsign", unit_forget_bias=False)(x, initial_state=[h0, c0])
    z, g = L.GRU(4, return_state=True)(y, initial_state=h)
    return Model([x, h0, c0], [y, h, c, z, g])


@model
def encoder_decoder():
    x = Input((5, 3), name="past")
    _, h, c = L.LSTM(4, return_state=True)(x)
    r = L.RepeatVector(3)(h)
    y = L.LSTM(4, return_sequences=True)(r, initial_state=[h, c])
    return Model(x, L.TimeDistributed(L.Dense(2))(y))


@model
def bidirectional():
    x = Input((5, 3))
    a = L.Bidirectional(L.LSTM(3, return_sequences=True))(x)
    b = L.Bidirectional(L.GRU(3), merge_mode="concat")(a)
    c = L.Bidirectional(L.GRU(3), merge_mode="ave")(a)
    d = L.Bidirectional(L.LSTM(3, return_sequences=True), merge_mode="mul")(a)
    e = L.Bidirectional(L.LSTM(2), merge_mode=None)(a)
    return Model(x, [b, c, d, *e])


@model
def stacked_cells():
    cells = [L.LSTMCell(4), L.GRUCell(3), L.SimpleRNNCell(2)]
    return Sequential([Input((5, 3)), L.RNN(cells, return_sequences=True), L.RNN(L.LSTMCell(3)), L.Dense(1)])


@model
def embedding_classifier():
    return Sequential([Input((8,), dtype="int32"), L.Embedding(20, 6), L.SpatialDropout1D(0.2), L.GlobalAveragePooling1D(), L.Dense(3, activation="softmax")])


@model
def transformer_encoder():
    ids = Input((6,), dtype="int32", name="ids")
    pos = Input((6,), dtype="int32", name="positions")
    x = L.Add()([L.Embedding(30, 8)(ids), L.Embedding(6, 8)(pos)])
    for _ in range(2):
        a = L.MultiHeadAttention(num_heads=2, key_dim=4, dropout=0.1)(x, x)
        x = L.LayerNormalization(epsilon=1e-6)(x + a)
        f = L.Dense(8)(L.Dense(16, activation="gelu")(x))
        x = L.LayerNormalization(epsilon=1e-6)(x + f)
    return Model([ids, pos], L.Dense(2)(L.GlobalAveragePooling1D()(x)))


@model
def attention():
    q = Input((4, 6), name="q")
    v = Input((5, 6), name="v")
    a = L.Attention()([q, v])
    b = L.AdditiveAttention()([q, v])
    c = L.Attention(use_scale=True, score_mode="concat")([q, v, v])
    d = L.MultiHeadAttention(2, 3, value_dim=5, output_shape=7)(q, v)
    e = L.MultiHeadAttention(3, 4, use_bias=False)(q, q, use_causal_mask=True)
    f, s = L.MultiHeadAttention(1, 4)(q, v, return_attention_scores=True)
    g = L.GroupQueryAttention(4, 4, 2)(q, v)
    h = L.Attention()([q, q], use_causal_mask=True)
    return Model([q, v], [a, b, c, d, e, f, s, g, h])


@model
def merging():
    a, b = Input((4, 3), name="a"), Input((4, 3), name="b")
    ys = [L.Add()([a, b]), L.Subtract()([a, b]), L.Multiply()([a, b]), L.Average()([a, b, a]), L.Maximum()([a, b]),
          L.Minimum()([a, b])]
    d = L.Dot(axes=1)([a, b])
    e = L.Dot(axes=2, normalize=True)([a, b])
    f = L.Dot(axes=(2, 2))([a, b])
    return Model([a, b], [L.Concatenate(axis=1)(ys), d, e, f])


@model
def shapes():
    x = Input((4, 6))
    a = L.Reshape((3, -1))(x)
    b = L.Permute((2, 1))(x)
    c = L.Reshape((2, 2, 6))(x)
    d = L.Flatten()(L.Permute((3, 1, 2))(c))
    e = L.RepeatVector(2)(d)
    f = L.Cropping2D(((0, 1), (1, 0)))(c)
    return Model(x, [a, b, e, f])


@model
def shared_and_nested():
    a, b = Input((5,), name="left"), Input((5,), name="right")
    inner = Sequential([Input((5,)), L.Dense(4, activation="relu"), L.Dense(3)], name="tower")
    x1 = Input((3,))
    head = Model(x1, [L.Dense(2)(x1), L.Dense(2, activation="tanh")(x1)], name="head")
    u, v = inner(a), inner(b)
    p, q = head(u)
    r, s = head(v)
    d = L.Dense(2, name="shared")
    return Model({"left": a, "right": b}, {"same": L.Add()([p, r]), "other": L.Add()([q, s]), "third": d(p) + d(r)})


@model
def deeply_nested():
    i = Sequential([Input((4,)), L.Dense(4, activation="tanh"), L.BatchNormalization()], name="inner")
    m = Sequential([Input((4,)), i, L.Dense(4), L.LayerNormalization()], name="middle")
    x = Input((4,))
    return Model(x, L.Dense(1)(m(x)))


@model
def wide():
    """Weights large enough for 8 bits in every kind of layer."""
    x = Input((6,), dtype="int32", name="ids")
    y = L.Embedding(24, 16)(x)
    y = L.Add()([y, L.MultiHeadAttention(2, 8)(y, y)])
    y = L.EinsumDense("btd,de->bte", output_shape=(None, 16), bias_axes="e")(y)
    y = L.Conv1D(16, 3, padding="same", activation="relu")(y)
    y = L.Bidirectional(L.LSTM(8, return_sequences=True))(y)
    y = L.GRU(16)(y)
    return Model(x, L.Dense(16, activation="softmax")(y))


@model
def augmented():
    """Layers that change images in training only."""
    x = Input((None, None, 3), name="image")
    y = L.Resizing(9, 7)(x)
    for layer in (L.RandomFlip(), L.RandomRotation(0.2), L.RandomZoom(0.2), L.RandomTranslation(0.1, 0.1), L.RandomContrast(0.2),
                  L.RandomBrightness(0.2), L.RandomColorDegeneration(0.2), L.RandomColorJitter(), L.RandomElasticTransform(),
                  L.RandomErasing(), L.RandomGaussianBlur(), L.RandomGrayscale(), L.RandomHue(0.2), L.RandomInvert(),
                  L.RandomPerspective(), L.RandomSaturation(0.2), L.RandomSharpness(0.2), L.RandomShear(), L.AugMix(), L.MixUp(),
                  L.CutMix()):
        y = layer(y)
    y = L.Resizing(4, 5)(y)
    y = L.Resizing(11, 6)(y)
    return Model(x, L.Conv2D(2, 3)(y))


@model
def operators():
    x = Input((4,), name="x")
    y = Input((4,), name="y")
    z = (x * 2.0 + y / 3.0 - 1.0) * x
    w = keras.ops.concatenate([keras.ops.relu(z), keras.ops.tanh(y), keras.ops.sigmoid(x)], axis=-1)
    v = keras.ops.mean(keras.ops.reshape(w, (-1, 3, 4)), axis=1)
    u = keras.ops.matmul(keras.ops.expand_dims(z, 2), keras.ops.expand_dims(v, 1))
    s = keras.ops.sum(u, axis=[1, 2], keepdims=True)
    t = keras.ops.transpose(u, (0, 2, 1)) ** 2.0
    return Model([x, y], [v, s, t, x[:, 1:3], -x, 1.0 - y, keras.ops.softmax(z, axis=-1)])


@model
def preprocessing():
    n = L.Normalization(axis=-1)
    n.adapt(np.random.default_rng(3).normal(3.0, 2.0, (50, 4)).astype("float32"))
    m = L.Normalization(axis=None, mean=0.5, variance=2.0)
    i = L.Normalization(axis=-1, mean=[1.0, 2, 3, 4], variance=[1.0, 4, 9, 16], invert=True)
    x = Input((4,))
    return Model(x, L.Concatenate()([n(x), m(x), i(x), L.Rescaling([1.0, 2, 3, 4], offset=1.0)(x)]))


@model
def regularization():
    x = Input((6, 4))
    y = L.GaussianNoise(0.1)(L.GaussianDropout(0.1)(L.AlphaDropout(0.1)(L.SpatialDropout1D(0.1)(L.Dropout(0.1)(x)))))
    y = L.ActivityRegularization(l2=0.1)(y)
    y = L.Identity()(y)
    y = L.EinsumDense("abc,cd->abd", output_shape=(None, 5), bias_axes="d", activation="relu")(y)
    z = L.EinsumDense("abc,cde->abde", output_shape=(None, 2, 3))(y)
    return Model(x, [y, z])


@model
def pooling_paddings():
    x = Input((7, 8, 2))
    a = L.MaxPooling2D(3, strides=2, padding="same")(x)
    b = L.AveragePooling2D(3, strides=2, padding="same")(x)
    c = L.MaxPooling2D((2, 3), strides=(1, 2))(x)
    d = L.AveragePooling2D(2, strides=1, padding="valid")(x)
    return Model(x, [a, b, c, d])


@model
def variable_image():
    x = Input((None, None, 3))
    y = L.Conv2D(4, 3, padding="same", activation="relu")(x)
    y = L.MaxPooling2D(padding="same")(y)
    y = L.Conv2D(4, 3, strides=2, padding="same")(y)
    return Model(x, L.Dense(2)(L.GlobalAveragePooling2D()(y)))


@model
def vae():
    x = Input((8,))
    h = L.Dense(6, activation="relu")(x)
    mu, lv = L.Dense(2, name="mu")(h), L.Dense(2, name="log_var")(h)
    d = L.Dense(6, activation="relu")(mu)
    return Model(x, [L.Dense(8, activation="sigmoid")(d), mu, lv])


@model
def dueling():
    x = Input((4,))
    h = L.Dense(8, activation="relu")(x)
    v, a = L.Dense(1)(h), L.Dense(3)(h)
    return Model(x, v + a - keras.ops.mean(a, axis=1, keepdims=True))


@model
def time_distributed():
    x = Input((3, 8, 8, 1))
    y = L.TimeDistributed(L.Conv2D(2, 3))(x)
    y = L.TimeDistributed(L.MaxPooling2D())(y)
    y = L.TimeDistributed(L.Flatten())(y)
    y = L.TimeDistributed(Sequential([Input((18,)), L.Dense(4, activation="relu"), L.Dense(3)]))(y)
    return Model(x, L.LSTM(3)(y))


@model
def masked_average():
    return Sequential([Input((6,), dtype="int32"), L.Embedding(10, 4, mask_zero=True), L.Dropout(0.1), L.GlobalAveragePooling1D(), L.Dense(2)])


@model
def masked_lstm():
    x = Input((6,), dtype="int32", name="ids")
    e = L.Embedding(10, 4, mask_zero=True)(x)
    a = L.LSTM(3)(e)
    b = L.GRU(3, return_sequences=True)(e)
    c = L.Bidirectional(L.LSTM(2))(e)
    return Model(x, [a, b, c])


@model
def convolutional_lstm():
    x = Input((3, 5, 4, 2), name="film")
    a = L.ConvLSTM2D(2, 3, padding="same", return_sequences=True)(x)
    b, h, c = L.ConvLSTM2D(2, (2, 3), strides=(2, 1), use_bias=False, go_backwards=True, return_state=True,
                           recurrent_activation="hard_sigmoid")(a)
    signal = Input((4, 6, 2), name="signal")
    d = L.ConvLSTM1D(3, 2, dilation_rate=2, return_sequences=True)(signal)
    return Model([x, signal], [a, b, h, c, d])


@model
def interpolations():
    x = Input((5, 7, 2), name="image")
    ys = [L.Resizing(8, 4, interpolation=name)(x) for name in ("nearest", "bicubic", "lanczos3", "lanczos5")]
    ys += [L.UpSampling2D((2, 3), interpolation=name)(x) for name in ("bicubic", "lanczos3", "lanczos5")]
    ys += [L.CenterCrop(4, 4)(x), L.CenterCrop(8, 6)(x), L.CenterCrop(3, 9)(x)]
    return Model(x, ys)


def sample(shape, dtype, rng, batch):
    sizes = [batch] + [9 + i if d is None else d for i, d in enumerate(shape[1:])]
    if "int" in dtype:
        return rng.integers(0, 6, sizes).astype(dtype)
    return rng.normal(0, 1, sizes).astype(dtype)


def flat(name, tree, into):
    if isinstance(tree, dict):
        for k, v in tree.items():
            flat(k, v, into)
    elif isinstance(tree, (list, tuple)):
        for i, v in enumerate(tree):
            flat(f"{name}_{i}", v, into)
    else:
        into[name] = np.asarray(tree)


def tensor(a):
    return {"type": str(a.dtype), "shape": list(a.shape), "values": [float(f"{v:.9g}") for v in a.ravel().tolist()]}


def pack(path):
    """Weights of seeds are nearly empty groups of HDF5."""
    with zipfile.ZipFile(path) as stored:
        entries = [(i.filename, stored.read(i)) for i in stored.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for entry, content in entries:
            packed.writestr(zipfile.ZipInfo(entry), content, zipfile.ZIP_DEFLATED, 9)


def main():
    for name, build in MODELS.items():
        if ONLY and name not in ONLY:
            continue
        keras.backend.clear_session()
        keras.utils.set_random_seed(7)
        m = build()
        rng = np.random.default_rng(11)
        # weights that training would have moved: nothing may hide behind zeros and ones
        for w in m.weights:
            if w.dtype.startswith("float") and "seed" not in w.path and name != "preprocessing":
                v = w.numpy()
                moved = np.abs(v + rng.uniform(0.05, 0.5, v.shape)) if "variance" in w.path else v + rng.normal(0, 0.15, v.shape)
                w.assign(moved.astype("float32"))
        m.save(os.path.join(OUT, name + ".keras"))
        if name == "augmented":
            pack(os.path.join(OUT, name + ".keras"))
        xs = [sample(t.shape, t.dtype, rng, 3) for t in m.inputs]
        struct = getattr(m, "_inputs_struct", None)
        if isinstance(struct, dict):
            ys = m({k: x for k, x in zip(sorted(struct), xs)}, training=False)
        else:
            ys = m(xs if len(xs) > 1 else xs[0], training=False)
        outputs = {}
        flat("y", ys, outputs)
        names = [t._keras_history.operation.name for t in m.inputs]
        record = {"inputs": {n: tensor(x) for n, x in zip(names, xs)}, "outputs": [tensor(y) for y in outputs.values()],
                  "output_names": list(outputs)}
        with open(os.path.join(OUT, name + ".json"), "w") as f:
            json.dump(record, f, separators=(",", ":"))
        print(name, m.count_params(), [n for n in outputs])


main()
