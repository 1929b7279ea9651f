"""Writes one model with skl2onnx or onnxmltools: convert_sklearn.py sklearn|xgboost|lightgbm FILE OUT.onnx COLUMNS

COLUMNS tells the types of the inputs: "f5" for five numbers in one input, or one letter per column, "f" for a number and "s"
for text, each an input of its own.
"""
import warnings

from batch import batch

warnings.simplefilter("ignore")


def types(columns, floats, strings):
    if columns[1:].isdigit():
        kind = strings if columns[0] == "s" else floats
        return [("X", kind([None, int(columns[1:])]))]
    return [("x%d" % i, (strings if c == "s" else floats)([None, 1])) for i, c in enumerate(columns)]


def sklearn(file, columns):
    import joblib
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType
    model = joblib.load(file)
    classifies = hasattr(model, "classes_")
    options = {id(model): {"zipmap": False}} if classifies else None
    inputs = types(columns, FloatTensorType, StringTensorType)
    try:
        return convert_sklearn(model, initial_types=inputs, options=options)
    except RuntimeError as e:
        if "target_opset" not in str(e):
            raise
        return convert_sklearn(model, initial_types=inputs, options=options, target_opset={"": 18, "ai.onnx.ml": 3})  # as it asks for


def xgboost(file, columns):
    import xgboost
    from onnxmltools import convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType
    return convert_xgboost(xgboost.Booster(model_file=file), initial_types=types(columns, FloatTensorType, None))


def lightgbm(file, columns):
    import lightgbm
    from onnxmltools import convert_lightgbm
    from onnxmltools.convert.common.data_types import FloatTensorType
    return convert_lightgbm(lightgbm.Booster(model_file=file), initial_types=types(columns, FloatTensorType, None), zipmap=False)


def convert(kind, file, out, columns):
    onnx = {"sklearn": sklearn, "xgboost": xgboost, "lightgbm": lightgbm}[kind](file, columns)
    with open(out, "wb") as f:
        f.write(onnx.SerializeToString())


batch(convert)
