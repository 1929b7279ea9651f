"""Saves the models of architectures.py and operators.py as PyTorch writes them, with inputs and the outputs it computed.

    python3 make_models.py FOLDER [traced|scripted|exported …] [Name …]
    python3 make_models.py FOLDER committed

Files: FOLDER/<name>-<torch version>.<traced|scripted>.pt, <name>-<torch version>.exported.pt2, and
<name>-<torch version>.json with the arrays in base64, little-endian. Made with PyTorch 1.13.1, 2.0.1, 2.5.1 and 2.13.0 (CPU); all is seeded. The
archives are compressed, which PyTorch reads too, and have no debugging information. "committed" makes those that are in the
repository; without it all are made (6 MB).
"""
import base64
import io
import json
import os
import sys
import warnings
import zipfile

import torch
from torch import nn

import architectures
import operators
import several_inputs

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
MAJOR = int(torch.__version__.split(".")[0])
VERSION = ".".join(torch.__version__.split("+")[0].split(".")[:2])


def settle(model):
    """Running statistics and weights that are not 0 and 1, so that a mistake with them shows."""
    for module in model.modules():
        if getattr(module, "running_mean", None) is not None:
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
        if getattr(module, "weight", None) is not None and "Norm" in type(module).__name__:
            nn.init.uniform_(module.weight, 0.5, 1.5)
            if getattr(module, "bias", None) is not None:
                nn.init.normal_(module.bias)
    return model.eval()


def name_of(kind):
    text = kind.__name__
    return "".join("-" + c.lower() if c.isupper() and i and not text[i - 1].isupper() else c.lower() for i, c in enumerate(text))


def array(tensor):
    tensor = tensor.detach().contiguous()
    return {"type": str(tensor.dtype)[6:], "shape": list(tensor.shape),
            "data": base64.b64encode(tensor.numpy().tobytes()).decode()}


# Which of the files are in the repository: enough to see every operator and both ways of saving, in a megabyte.
COMMITTED = {
    "1.13": {"scripted": ["ResNet18", "MobileNetV3", "TransformerForecaster", "GruSeq2Seq", "LstmProjected", "EarlyReturn", "YoloHead", "Writes"],
             "traced": ["TransformerClassifier", "Indexing", "LstmCells", "Arranging", "MultiHead", "Creation"]},
    "2.0": {"scripted": ["GruSeq2Seq", "YoloHead", "Fused"], "traced": ["Dqn", "CellStep"]},
    "2.5": {"scripted": ["LstmForecaster", "MobileNetV3", "TransformerForecaster", "TwoTowers"], "traced": ["TransformerClassifier", "Arranging"],
            "exported": ["MobileNetV3", "LstmForecaster", "GruSeq2Seq", "ConvVae", "Dqn", "VisionTransformer", "Half"]},
    "2.13": {"scripted": [k.__name__ for k in architectures.MODELS]
                         + [k.__name__ for k in several_inputs.MODELS] + ["Writes", "Scatters", "Interpolations", "MoreActivations"],
             "traced": ["ResNet18", "ResNet50", "MobileNetV2", "MobileNetV3", "Vgg", "UNetBilinear", "YoloHead", "LstmForecaster", "GruSeq2Seq",
                        "TcnBlocks", "ConvVae", "TransformerForecaster", "Dqn", "PpoPolicy", "MultiHead", "TwoTowers", "CellStep"] + [k.__name__ for k in operators.MODELS],
             "exported": ["MobileNetV3", "YoloInPlace", "LstmForecaster", "GruSeq2Seq", "LstmProjected", "ConvVae", "Dqn", "PpoPolicy", "Discrete",
                          "VisionTransformer", "Attentions", "Sorting", "Scatters", "Interpolations", "Half", "NewerNorms"]},
}


def without_debug(data, path):
    """The archive without debugging information, which is most of the size and names folders; PyTorch does not need it."""
    source = zipfile.ZipFile(io.BytesIO(data))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for info in source.infolist():
            content = source.read(info.filename)
            if info.filename.endswith(("/models/model.json", "serialized_exported_program.json")):
                program = json.loads(content)
                for node in program["graph_module"]["graph"]["nodes"]:
                    node["metadata"].pop("stack_trace", None)
                content = json.dumps(program, separators=(",", ":")).encode()
            if not info.filename.endswith((".debug_pkl", "example_inputs.pt")) and "/.data/" not in info.filename:
                target.writestr(zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


def save(script, path, extra):
    buffer = io.BytesIO()
    torch.jit.save(script, buffer, _extra_files={"mlaas.json": json.dumps(extra)})
    without_debug(buffer.getvalue(), path)


def export(model, inputs, path):
    batch = torch.export.Dim("batch", min=1, max=4096)
    program = torch.export.export(model, inputs, dynamic_shapes=tuple({0: batch} for _ in inputs))
    buffer = io.BytesIO()
    torch.export.save(program, buffer)
    without_debug(buffer.getvalue(), path)


def flat(value):
    return [t for item in value for t in flat(item)] if isinstance(value, (tuple, list)) else [value]


def example(spec, integers):
    shape = [2] + [int(str(size).split(":")[-1]) for size in spec["shape"]]
    return torch.randint(0, integers, shape) if spec.get("type") == "int64" else torch.randn(shape)


def kinds():
    return architectures.MODELS + operators.MODELS + several_inputs.MODELS


def build(name):
    """The model of that class name and its inputs; the same at each call."""
    number = [k.__name__ for k in kinds()].index(name)
    kind = kinds()[number]
    torch.manual_seed(100 + number)
    model = settle(kind())
    integers = getattr(kind, "integers", 0)
    if hasattr(kind, "inputs"):
        return model, tuple(example(spec, integers) for spec in kind.inputs)
    shapes = getattr(kind, "shapes", None) or [kind.shape]
    return model, tuple(torch.randint(0, integers, [2] + s) if integers else torch.randn([2] + s) for s in shapes)


def main():
    folder = sys.argv[1]
    ways = [a for a in sys.argv[2:] if a in ("traced", "scripted", "exported")] or ["traced", "scripted", "exported"]
    committed = sys.argv[2:] == ["committed"]
    names = [] if committed else [a for a in sys.argv[2:] if a not in ways]
    for kind in kinds():
        if (names and kind.__name__ not in names) or MAJOR < getattr(kind, "since", 1):
            continue
        name = name_of(kind) + "-" + VERSION
        try:
            model, inputs = build(kind.__name__)
            integers = getattr(kind, "integers", 0)
            arguments = kind.arguments(*inputs) if hasattr(kind, "arguments") else inputs
            with torch.no_grad():
                y = model(*arguments)
        except Exception as e:
            print("MODEL", kind.__name__, type(e).__name__, str(e)[:300])
            continue
        outputs = flat(y)
        card = {"inputs": kind.inputs} if hasattr(kind, "inputs") else {"input": {"shape": kind.shape, "type": "int64" if integers else "float32"}}
        written = False
        for way in ways:
            if not getattr(kind, way, True) or (way == "exported" and hasattr(kind, "inputs")) or (way == "exported" and VERSION in ("1.13", "2.0")):
                continue
            if committed and kind.__name__ not in COMMITTED[VERSION].get(way, []):
                continue
            written = True
            try:
                path = os.path.join(folder, name + "." + way + (".pt2" if way == "exported" else ".pt"))
                with torch.no_grad():
                    if way == "traced":
                        save(torch.jit.trace(model, arguments, check_trace=False), path, card)
                    elif way == "scripted":
                        save(torch.jit.script(model), path, card)
                    else:
                        export(model, inputs, path)
            except Exception as e:
                print("SAVE", way, kind.__name__, type(e).__name__, str(e)[:300])
        if written:
            with open(os.path.join(folder, name + ".json"), "w") as file:
                json.dump({"inputs": [array(x) for x in inputs], "outputs": [array(o) for o in outputs]}, file)
                file.write("\n")


if __name__ == "__main__":
    main()
