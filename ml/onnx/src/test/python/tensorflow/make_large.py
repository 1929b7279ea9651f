"""Makes a SavedModel of 503 MB, to see that it is translated within the command's heap of 2 GB:

    python3 make_large.py FOLDER
    /usr/bin/time -v ./mlaas translate FOLDER -o large.onnx

Run with TensorFlow 2.21.0. The model is seeded, and too large to be committed.
"""
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import tensorflow as tf


class Large(tf.Module):
    """An embedding of 1.5 million rows, and three dense layers."""

    def __init__(self):
        super().__init__()
        random = tf.random.Generator.from_seed(1)
        self.table = tf.Variable(random.uniform((1_500_000, 64), -1, 1))
        self.first = tf.Variable(random.normal((64, 4096), stddev=0.05))
        self.second = tf.Variable(random.normal((4096, 7168), stddev=0.01))
        self.third = tf.Variable(random.normal((7168, 10), stddev=0.01))

    @tf.function(input_signature=[tf.TensorSpec((None, 8), tf.int32, name="tokens")])
    def serve(self, tokens):
        x = tf.reduce_mean(tf.gather(self.table, tokens), axis=1)
        x = tf.nn.relu(x @ self.first)
        return {"y": tf.nn.relu(x @ self.second) @ self.third}


model = Large()
tf.saved_model.save(model, sys.argv[1], signatures=model.serve)
