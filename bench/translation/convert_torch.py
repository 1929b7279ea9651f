"""Writes one model with torch.onnx: convert_torch.py script|dynamo CATALOGUE NAME FILE OUT.onnx

CATALOGUE is the module that defines the model; the exporter is given the module built by its code. With the catalogue
"file" there is no code: it is given what torch.jit.load or torch.export.load make of FILE. The batch shall be dynamic; where
the exporter cannot do that, the sizes are fixed, and "fixed" is printed.
"""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "../../ml/onnx/src/test/python")
sys.path[:0] = [os.path.join(FIXTURES, "torch"), FIXTURES, HERE]

import torch

from batch import batch

torch.set_num_threads(1)


def from_code(catalogue, name):
    if catalogue == "make_fixtures":
        import make_fixtures
        return make_fixtures.build(name)
    if catalogue == "larger_torch":
        import larger_torch
        return larger_torch.build(name)
    import make_models
    return make_models.build(name)


def from_file(file):
    """The model, and inputs of the right shape and type (their values do not matter to a tracer)."""
    with open(os.environ["MODEL_INPUTS"]) as f:
        inputs = tuple(torch.zeros(i["shape"], dtype=getattr(torch, i["type"])) for i in json.load(f))
    if file.endswith(".pt2"):
        return torch.export.load(file), inputs
    return torch.jit.load(file).eval(), inputs


def script(model, inputs, out, dynamic):
    names = ["x%d" % i for i in range(len(inputs))]
    axes = {n: {0: "batch"} for n in names} if dynamic else None
    if isinstance(model, torch.export.ExportedProgram):
        model = model.module()
    torch.onnx.export(model, inputs, out, dynamo=False, input_names=names, dynamic_axes=axes)


def dynamo(model, inputs, out, dynamic):
    shapes = None
    if dynamic and not isinstance(model, torch.export.ExportedProgram):
        batch = torch.export.Dim("batch", min=1, max=4096)
        shapes = tuple({0: batch} for _ in inputs)
    torch.onnx.export(model, inputs, out, dynamo=True, dynamic_shapes=shapes, external_data=False, verbose=False)


def convert(exporter, catalogue, name, file, out):
    model, inputs = from_file(file) if catalogue == "file" else from_code(catalogue, name)
    export = {"script": script, "dynamo": dynamo}[exporter]
    with torch.no_grad():
        try:
            export(model, inputs, out, True)
        except Exception as first:
            try:
                export(model, inputs, out, False)
            except Exception:
                raise first
            print("fixed")
            return "fixed"


batch(convert)
