"""Writes a network with its weights as a TorchScript archive (torch.jit.save's format, version 3), without PyTorch.

The same layout as the platform's own trainer writes: PyTorch loads it, translation-service turns it into ONNX, and equal
networks and weights give equal bytes. Entries are stored, without times, and start at multiples of 64 bytes.
"""

import json
import struct
import zipfile

ALIGNMENT = 64


class _Pickle:
    """Pickle protocol 2, as far as a module of tensors needs it."""

    def __init__(self):
        self.bytes = bytearray(b"\x80\x02")

    def raw(self, code):
        self.bytes += code
        return self

    def name(self, module, name):
        return self.raw(f"c{module}\n{name}\n".encode())

    def text(self, text):
        encoded = text.encode()
        return self.raw(b"X" + struct.pack("<I", len(encoded)) + encoded)

    def integer(self, value):
        return self.raw(b"K" + bytes([value]) if 0 <= value < 256 else b"J" + struct.pack("<i", value))

    def integers(self, values):
        self.raw(b"(")
        for value in values:
            self.integer(value)
        return self.raw(b"t")

    def tensor(self, array, number):
        """torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)"""
        strides = [stride // array.itemsize for stride in array.strides]
        self.name("torch._utils", "_rebuild_tensor_v2").raw(b"((").text("storage").name("torch", "FloatStorage")
        self.text(str(number)).text("cpu").integer(array.size).raw(b"tQ")
        self.integer(0).integers(array.shape).integers(strides).raw(b"\x88")
        self.name("collections", "OrderedDict").raw(b")RtR")


def write(file, network, weights, card):
    """
    :param weights: float32 arrays by their names
    :param card: what a user of the model has to know, kept in extra/mlaas.json
    """
    arrays = {name: array.astype("<f4", order="C") for name, array in weights.items()}
    numbers = {name: number for number, name in enumerate(arrays)}
    pickle = _Pickle().name("__torch__", "Network").raw(b")\x81}(")
    pickle.text("training").raw(b"\x89")
    for number, layer in enumerate(network.owners()):
        pickle.text(layer.name).name("__torch__", f"Layer{number}").raw(b")\x81}(")
        for name in layer.parameters()[0]:
            pickle.text(name.split(".")[-1]).tensor(arrays[name], numbers[name])
        pickle.text("training").raw(b"\x89ub")
    pickle.raw(b"ub.")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        _entry(archive, "model/data.pkl", bytes(pickle.bytes))
        _entry(archive, "model/code/__torch__.py", _code(network).encode())
        _entry(archive, "model/constants.pkl", b"\x80\x02).")
        _entry(archive, "model/extra/mlaas.json", json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode())
        for name, number in numbers.items():
            _entry(archive, f"model/data/{number}", arrays[name].tobytes())
        _entry(archive, "model/byteorder", b"little")
        _entry(archive, "model/version", b"3\n")


def _entry(archive, name, content):
    info = zipfile.ZipInfo(name)
    start = archive.fp.tell() + 30 + len(name.encode()) + 4
    padding = -start % ALIGNMENT
    info.extra = b"FB" + struct.pack("<H", padding) + b"Z" * padding
    archive.writestr(info, content)


def _code(network):
    lines = []
    for number, layer in enumerate(network.owners()):
        names = [name.split(".")[-1] for name in layer.parameters()[0]]
        lines.append(f"class Layer{number}(Module):")
        lines.append("  __parameters__ = [" + "".join(f'"{name}", ' for name in names) + "]")
        lines.append("  __buffers__ = []")
        lines += [f"  {name} : Tensor" for name in names]
        lines.append("  training : bool")
    lines += ["class Network(Module):", "  __parameters__ = []", "  __buffers__ = []", "  training : bool"]
    lines += [f"  {layer.name} : __torch__.Layer{number}" for number, layer in enumerate(network.owners())]
    lines += ["  def forward(self: __torch__.Network,", "    x: Tensor) -> Tensor:"]
    value = "x"
    for number, layer in enumerate(network.layers):
        lines.append(f"    x{number} = {layer.code(value)}")
        value = f"x{number}"
    if network.end:
        lines.append(f"    y = torch.{network.end}({value}, 1, None)")
        value = "y"
    lines.append(f"    return {value}")
    return "\n".join(lines) + "\n"
