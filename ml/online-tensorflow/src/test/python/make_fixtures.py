"""Writes the SavedModels of the tests: networks that TensorFlow trains by their own signature, and what TensorFlow makes of them.

    pip install tensorflow-cpu==2.18.1
    python make_fixtures.py ../resources/fixtures
"""

import json
import pathlib
import sys
import zipfile

import keras
import numpy as np
import tensorflow as tf


class Trainable:
    """What is trained, and the two signatures that it is saved with."""

    def __init__(self, model, optimizer, loss, features, targets):
        self.model = model
        self.optimizer = optimizer
        self.optimizer.build(model.trainable_variables)
        self.loss = loss
        self.train = tf.function(self.step, input_signature=[features, targets])
        self.infer = tf.function(self.answer, input_signature=[features])

    def step(self, x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(self.loss(y, self.model(x, training=True)))
        variables = self.model.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return {"loss": loss}

    def answer(self, x):
        return {"output": self.model(x, training=False)}

    def tracked(self):
        # Variables of Keras 3 that a tf.Module tracks are restored into copies that no signature reads: so plain ones.
        module = tf.Module()
        module.tracked = [variable.value for variable in self.model.variables + self.optimizer.variables]
        return module


def save(folder, name, module, signatures):
    place = folder / name
    tf.saved_model.save(module, str(place), signatures=signatures)
    with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(place.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(place))
    for file in sorted(place.rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    place.rmdir()


def classifier():
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(3)])
    return Trainable(
        model,
        keras.optimizers.Adam(0.05),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None),
        tf.TensorSpec([None, 3], tf.float32, "x"),
        tf.TensorSpec([None], tf.int64, "y"),
    )


def forecaster():
    keras.utils.set_random_seed(2)
    model = keras.Sequential([keras.Input((6, 1)), keras.layers.GRU(4), keras.layers.Dense(2)])
    return Trainable(
        model,
        keras.optimizers.SGD(0.1, momentum=0.9),
        keras.losses.MeanSquaredError(reduction=None),
        tf.TensorSpec([None, 6, 1], tf.float32, "x"),
        tf.TensorSpec([None, 2], tf.float32, "y"),
    )


class WritesFile(tf.Module):
    def __init__(self):
        super().__init__()
        self.weight = tf.Variable([0.0, 0.0, 0.0])

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, "x"), tf.TensorSpec([None], tf.int64, "y")])
    def train(self, x, y):
        tf.io.write_file("/tmp/written-by-a-model", "1")
        return {"loss": tf.reduce_sum(x)}

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, "x")])
    def infer(self, x):
        return {"output": x * self.weight}


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    module = classifier()
    save(folder, "classifier", module.tracked(), {"train": module.train, "infer": module.infer})

    module = forecaster()
    save(folder, "forecaster", module.tracked(), {"train": module.train, "infer": module.infer})
    random = np.random.default_rng(3)
    x = random.normal(size=(10, 16, 6, 1)).astype(np.float32)
    y = np.stack([x[:, :, :, 0].mean(2), x[:, :, 0, 0]], axis=2).astype(np.float32)
    losses = [float(module.train(x[i], y[i])["loss"]) for i in range(10)]
    answer = module.infer(x[0])["output"].numpy()
    numbers = {"x": x.reshape(10, -1).tolist(), "y": y.reshape(10, -1).tolist(), "losses": losses,
               "predictions": answer.reshape(-1).tolist(), "tensorflow": tf.__version__}
    (folder / "forecaster.json").write_text(json.dumps(numbers, separators=(",", ":")) + "\n")

    module = WritesFile()
    save(folder, "writes-file", module, {"train": module.train, "infer": module.infer})


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
