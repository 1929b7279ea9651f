"""Makes fixtures of ml/onnx/src/test/resources/sklearn: histogram gradient boosting with columns of text.

Run with scikit-learn 1.5.2 and 1.9.1 (older ones take numbered categories only), each with joblib:
    OMP_NUM_THREADS=1 python make_text_categories.py ../../resources/sklearn
"""
import sys

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from recording import Recording

r = np.random.RandomState(7)
n = 160
town = r.choice(["Bern", "Genève", "Uri", "Zug"], n)
tier = r.choice(["high", "low"], n)
number = np.round(r.randn(n, 2), 3).astype(np.float32).astype(np.float64)
X = np.empty((n, 4), dtype=object)
X[:, 0], X[:, 1], X[:, 2], X[:, 3] = number[:, 0], town, tier, number[:, 1]
real = number[:, 0] + 4.0 * (town == "Uri") - 3.0 * (town == "Zug") + 2.0 * (tier == "low") * number[:, 1]
test = X[:16].copy()
test[14, 1], test[15, 2] = "Basel", "middle"
hist = {"max_iter": 5, "max_leaf_nodes": 6, "min_samples_leaf": 4, "random_state": 0, "categorical_features": [1, 2]}

record = Recording(sys.argv[1], "text")
record.add("hist_categories", HistGradientBoostingRegressor(**hist), X, real, test=test)
record.add("hist_categories_classes", HistGradientBoostingClassifier(**hist), X, np.where(real > 1, "yes", "no"), test=test)
record.write()
print(record.prefix, len(record.models))
