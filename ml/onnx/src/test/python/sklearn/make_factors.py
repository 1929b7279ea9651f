"""Makes fixtures of ml/onnx/src/test/resources/sklearn: shares of components that are found by multiplication.

Run with scikit-learn 1.2.1 and 1.9.1, each with joblib:
    OMP_NUM_THREADS=1 python make_factors.py ../../resources/sklearn
"""
import sys

import numpy as np
from sklearn.decomposition import NMF, MiniBatchNMF

from recording import Recording

r = np.random.RandomState(4)
record = Recording(sys.argv[1], "factors")
counts = np.round(np.abs(r.randn(30, 6)) * 4, 2)
counts[r.rand(30, 6) < 0.2] = 0
mu = {"solver": "mu", "init": "nndsvda", "random_state": 0}
record.add("squares", NMF(3, max_iter=400, **mu), counts)
record.add("penalty", NMF(2, alpha_W=0.02, l1_ratio=0.3, tol=1e-6, **mu), counts)
record.add("divergence", NMF(3, beta_loss="kullback-leibler", max_iter=300, **mu), counts)
record.add("divergence_penalty", NMF(2, beta_loss=1, alpha_W=0.01, l1_ratio=0.5, max_iter=25, tol=0, **mu), counts)
record.add("batches", MiniBatchNMF(3, init="nndsvda", random_state=0, batch_size=10), counts)
record.add("batches_divergence",
           MiniBatchNMF(2, beta_loss="kullback-leibler", alpha_W=0.01, random_state=0, transform_max_iter=40), counts)
record.write()
print(record.prefix, len(record.models))
