"""Writes one model with tf2onnx: convert_tensorflow.py from-keras|export|saved-model FILE OUT.onnx

from-keras: tf2onnx.convert.from_keras of a .keras archive; export: Keras' own Model.export(format="onnx"), which calls tf2onnx;
saved-model: tf2onnx's command for a SavedModel folder.
"""
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import tensorflow as tf

from batch import batch

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)


def convert(way, file, out):
    if way == "saved-model":
        from tf2onnx import convert
        sys.argv = ["tf2onnx", "--saved-model", file, "--output", out]
        convert.main()
        return
    import keras
    keras.backend.clear_session()
    model = keras.saving.load_model(file, compile=False)
    if way == "export":
        # it wants a model that was called
        given = [tf.zeros([1] + [d or 9 for d in x.shape[1:]], x.dtype) for x in model.inputs]
        struct = getattr(model, "_inputs_struct", None)
        model({k: x for k, x in zip(sorted(struct), given)} if isinstance(struct, dict) else given if len(given) > 1 else given[0])
        model.export(out, format="onnx", verbose=False)
    else:
        import tf2onnx
        tf2onnx.convert.from_keras(model, output_path=out)


batch(convert)
