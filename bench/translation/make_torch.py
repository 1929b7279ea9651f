"""Saves the PyTorch models as their authors would, with what PyTorch computes for them: make_torch.py FOLDER

For each file FOLDER/<name>.<traced|scripted>.pt or <name>.pt2 there is a record FOLDER/<name>.<way>.json.
"""
import json
import os
import sys
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "../../ml/onnx/src/test/python")
sys.path[:0] = [os.path.join(FIXTURES, "torch"), FIXTURES, HERE]

import torch

import architectures
import larger_torch
import make_fixtures
import make_models
import operators

warnings.filterwarnings("ignore")
torch.set_num_threads(1)

# Models whose code is at hand are traced; "file" stands for a scripted or exported file without its code.
SCRIPTED = ["ResNet18", "ResNet50", "MobileNetV3", "YoloHead", "YoloInPlace", "LstmForecaster", "GruSeq2Seq", "LstmCells", "LstmProjected",
            "TransformerForecaster", "Seq2SeqTransformer", "ConvVae", "Discrete", "WaveNet", "VisionTransformer", "EarlyReturn", "Writes"]
SCRIPTED_SMALL = ["ScriptedControlFlow", "Gru", "UNet", "Vae"]
EXPORTED = ["MobileNetV3", "LstmForecaster", "GruSeq2Seq", "ConvVae", "VisionTransformer", "PpoPolicy", "Attentions", "Sorting", "Scatters"]


def array(x):
    return {"type": str(x.dtype)[6:], "shape": list(x.shape), "values": x.detach().flatten().tolist()}


def save(folder, name, way, catalogue, model, inputs, names, write):
    file = name + (".pt2" if way == "exported" else "." + way + ".pt")
    try:
        with torch.no_grad():
            y = model(*inputs)
            write(os.path.join(folder, file))
    except Exception as e:
        print("not made:", file, str(e).strip().split("\n")[0][:120])
        return
    outputs = list(y) if isinstance(y, (tuple, list)) else [y]
    with open(os.path.join(folder, name + "." + way + ".record.json"), "w") as f:
        json.dump({"file": file, "way": way, "catalogue": catalogue if way == "traced" else "file", "class": name,
                   "names": names, "inputs": [array(x) for x in inputs], "outputs": [array(o) for o in outputs]}, f)


def export(model, inputs, path):
    batch = torch.export.Dim("batch", min=1, max=4096)
    torch.export.save(torch.export.export(model, inputs, dynamic_shapes=tuple({0: batch} for _ in inputs)), path)


def main():
    folder = sys.argv[1]
    catalogues = {"make_models": make_models.kinds(), "make_fixtures": make_fixtures.MODELS, "larger_torch": larger_torch.MODELS}
    for catalogue, kinds in catalogues.items():
        for kind in kinds:
            name = kind.__name__
            model, inputs = sys.modules[catalogue].build(name)
            names = [given["name"] for given in getattr(kind, "inputs", []) if isinstance(given, dict)]
            if getattr(kind, "traced", True):
                save(folder, name, "traced", catalogue, model, inputs, names,
                     lambda path: torch.jit.trace(model, inputs, check_trace=False).save(path))
            if name in SCRIPTED + SCRIPTED_SMALL:
                save(folder, name, "scripted", catalogue, model, inputs, names, lambda path: torch.jit.script(model).save(path))
            if name in EXPORTED and catalogue == "make_models":
                save(folder, name, "exported", catalogue, model, inputs, names, lambda path: export(model, inputs, path))


main()
