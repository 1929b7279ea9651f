"""Models beyond the tests' fixtures: make_larger.py sklearn|keras|saved-models FOLDER [KERAS_FOLDER]

sklearn, keras: models of real size. saved-models: every .keras archive of KERAS_FOLDER as TensorFlow's SavedModel. Each has a
record FOLDER/<file>.record.json beside it.
"""
import json
import os
import sys

import numpy as np


def array(name, x):
    x = np.asarray(x)
    return {"name": name, "type": str(x.dtype), "shape": list(x.shape), "values": x.ravel().tolist()}


def record(folder, file, inputs, outputs):
    with open(os.path.join(folder, file + ".record.json"), "w") as f:
        json.dump({"file": file, "inputs": [array(k, v) for k, v in inputs.items()],
                   "outputs": [array(k, v) for k, v in outputs.items()]}, f)


def sklearn(folder):
    import joblib
    import lightgbm
    import xgboost
    from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier, RandomForestRegressor
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC
    r = np.random.RandomState(3)
    x = r.randn(3000, 20).astype(np.float32)
    score = x[:, 0] - x[:, 1] * x[:, 2] + 0.3 * r.randn(3000)
    y = np.digitize(score, [-0.7, 0.7])
    few = x[:200]
    for name, model, target in [
            ("forest-200", RandomForestClassifier(200, random_state=1), y),
            ("forest-regressor-200", RandomForestRegressor(200, max_depth=12, random_state=1), score),
            ("gradient-200", GradientBoostingClassifier(n_estimators=70, random_state=1), y),
            ("hist-200", HistGradientBoostingClassifier(max_iter=70, random_state=1), y),
            ("svc-3000", make_pipeline(StandardScaler(), SVC()), y),
            ("mlp-256", MLPClassifier((256, 256), max_iter=10, random_state=1), y)]:
        model.fit(x, target)
        joblib.dump(model, os.path.join(folder, name + ".joblib"))
        outputs = {"label": model.predict(few)} if hasattr(model, "classes_") else {"variable": model.predict(few).reshape(-1, 1)}
        if hasattr(model, "predict_proba"):
            outputs["probabilities"] = model.predict_proba(few)
        record(folder, name + ".joblib", {"X": few}, outputs)
    booster = xgboost.train({"objective": "multi:softprob", "num_class": 3, "nthread": 1, "seed": 1}, xgboost.DMatrix(x, y), 100)
    booster.save_model(os.path.join(folder, "xgboost-300.json"))
    p = booster.predict(xgboost.DMatrix(few))
    record(folder, "xgboost-300.json", {"X": few}, {"label": p.argmax(1), "probabilities": p})
    booster = lightgbm.train({"objective": "multiclass", "num_class": 3, "num_threads": 1, "verbose": -1, "seed": 1, "deterministic": True},
                             lightgbm.Dataset(x, y), 100)
    booster.save_model(os.path.join(folder, "lightgbm-300.txt"))
    p = booster.predict(few)
    record(folder, "lightgbm-300.txt", {"X": few}, {"label": p.argmax(1), "probabilities": p})


def keras(folder):
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    import keras
    from keras import layers as L
    keras.utils.set_random_seed(5)
    x = keras.Input((64, 64, 3), name="image")
    y = x
    for channels in (32, 64, 128, 256):
        y = L.Conv2D(channels, 3, padding="same", use_bias=False)(y)
        y = L.ReLU()(L.BatchNormalization()(y))
        s = L.Conv2D(channels, 3, padding="same")(y)
        y = L.MaxPooling2D()(L.Add()([y, s]))
    y = L.Dense(512, activation="relu")(L.Flatten()(y))
    model = keras.Model(x, L.Dense(100, activation="softmax")(y))
    model.save(os.path.join(folder, "cnn-3-million.keras"))
    given = np.random.default_rng(1).normal(size=(2, 64, 64, 3)).astype("float32")
    record(folder, "cnn-3-million.keras", {"image": given}, {"y": model(given, training=False).numpy()})


def saved_models(folder):
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    import keras
    import tensorflow as tf
    source = sys.argv[3]
    for file in sorted(f for f in os.listdir(source) if f.endswith(".keras")):
        name = "keras-" + file[:-6]
        path = os.path.join(folder, name)
        keras.backend.clear_session()
        try:
            keras.saving.load_model(os.path.join(source, file), compile=False).export(path, verbose=False)
        except Exception as e:
            print("not made:", name, str(e).strip().split("\n")[0][:120])
            continue
        signature = tf.saved_model.load(path).signatures["serving_default"]
        rng = np.random.default_rng(11)
        given = {}
        for key, spec in signature.structured_input_signature[1].items():
            sizes = [3] + [9 if d is None else d for d in spec.shape.as_list()[1:]]
            given[key] = rng.integers(0, 6, sizes).astype("int32") if spec.dtype == tf.int32 else rng.normal(0, 1, sizes).astype("float32")
        outputs = signature(**{k: tf.constant(v) for k, v in given.items()})
        record(folder, name, given, {k: outputs[k].numpy() for k in sorted(outputs)})


{"sklearn": sklearn, "keras": keras, "saved-models": saved_models}[sys.argv[1]](sys.argv[2])
