"""Networks described in JSON (docs/network-description.md), calculated with numpy: forward, and gradients backward.

Shapes leave the batch out, as in the description. A weight has PyTorch's shape and name ("conv1.weight"). What is not
supported is refused by its path; softmax or log_softmax may only be the last layer, and losses are cross entropies.
"""

import numpy as np

from .problems import BadInput


def _pair(value, path):
    if isinstance(value, int) and not isinstance(value, bool):
        return value, value
    if isinstance(value, list) and len(value) == 2 and all(isinstance(each, int) for each in value):
        return value[0], value[1]
    raise BadInput(f"{path}: {value!r} (expected: a whole number, or two)")


class Dense:
    def __init__(self, name, layer, shape, path):
        if len(shape) != 1:
            raise BadInput(f"{path}: input shape {list(shape)} (expected: [features]; put a flatten layer before it)")
        self.name, self.bias = name, layer.get("bias", True)
        self.units = layer.get("units")
        if not isinstance(self.units, int) or self.units < 1:
            raise BadInput(f"{path}.units: {self.units!r} (expected: >= 1)")
        self.inputs, self.output = shape[0], (self.units,)

    def parameters(self):
        shapes = {f"{self.name}.weight": (self.units, self.inputs)}
        if self.bias:
            shapes[f"{self.name}.bias"] = (self.units,)
        return shapes, self.inputs

    def forward(self, weights, x, _):
        self.x = x
        y = x @ weights[f"{self.name}.weight"].T
        return y + weights[f"{self.name}.bias"] if self.bias else y

    def backward(self, weights, gradient, gradients):
        gradients[f"{self.name}.weight"] = gradient.T @ self.x
        if self.bias:
            gradients[f"{self.name}.bias"] = gradient.sum(axis=0)
        return gradient @ weights[f"{self.name}.weight"]

    def code(self, x):
        bias = f"self.{self.name}.bias" if self.bias else "None"
        return f"torch.linear({x}, self.{self.name}.weight, {bias})"


def _patches(x, kernel, stride):
    """[n, c, h', w', kh, kw]: what each position of a window sees; no copy is made."""
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=(2, 3))
    return windows[:, :, :: stride[0], :: stride[1]]


def _scatter(patches, shape, kernel, stride):
    """The transpose of _patches: adds every window to where it came from."""
    x = np.zeros(shape, dtype=patches.dtype)
    height, width = patches.shape[2], patches.shape[3]
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            x[:, :, i : i + stride[0] * height : stride[0], j : j + stride[1] * width : stride[1]] += patches[..., i, j]
    return x


class Window:
    """Kernel, stride and padding over images [channels, height, width]."""

    def __init__(self, layer, shape, path, default_stride):
        if len(shape) != 3:
            raise BadInput(f"{path}: input shape {list(shape)} (expected: [channels, height, width])")
        self.kernel = _pair(layer.get("kernel"), path + ".kernel")
        self.stride = _pair(layer.get("stride", default_stride or list(self.kernel)), path + ".stride")
        padding = layer.get("padding", 0)
        if padding == "valid":
            padding = 0
        elif padding == "same":
            padding = [(each - 1) // 2 for each in self.kernel]
        self.padding = _pair(padding, path + ".padding")
        self.size = tuple(
            (shape[i + 1] + 2 * self.padding[i] - self.kernel[i]) // self.stride[i] + 1 for i in range(2)
        )
        if min(self.kernel + self.stride) < 1 or min(self.padding) < 0 or min(self.size) < 1:
            raise BadInput(f"{path}: kernel {list(self.kernel)} on {list(shape)} (expected: one that fits)")

    def pad(self, x, value=0.0):
        (h, w) = self.padding
        return np.pad(x, ((0, 0), (0, 0), (h, h), (w, w)), constant_values=value) if h or w else x

    def crop(self, x):
        (h, w) = self.padding
        return x[:, :, h : x.shape[2] - h, w : x.shape[3] - w]

    def code(self):
        return f"{list(self.stride)}, {list(self.padding)}"


class Conv2d:
    def __init__(self, name, layer, shape, path):
        for field in ("dilation", "groups"):
            if layer.get(field, 1) not in (1, [1, 1]):
                raise BadInput(f"{path}.{field}: {layer[field]} (expected: 1, with engines flare and flower)")
        self.name, self.bias = name, layer.get("bias", True)
        self.filters = layer.get("filters")
        if not isinstance(self.filters, int) or self.filters < 1:
            raise BadInput(f"{path}.filters: {self.filters!r} (expected: >= 1)")
        self.window = Window(layer, shape, path, 1)
        self.channels = shape[0]
        self.output = (self.filters,) + self.window.size

    def parameters(self):
        shapes = {f"{self.name}.weight": (self.filters, self.channels) + self.window.kernel}
        if self.bias:
            shapes[f"{self.name}.bias"] = (self.filters,)
        return shapes, self.channels * self.window.kernel[0] * self.window.kernel[1]

    def forward(self, weights, x, _):
        padded = self.window.pad(x)
        self.padded = padded.shape
        seen = _patches(padded, self.window.kernel, self.window.stride)
        n, height, width = x.shape[0], *self.window.size
        self.columns = seen.transpose(0, 2, 3, 1, 4, 5).reshape(n * height * width, -1)
        y = self.columns @ weights[f"{self.name}.weight"].reshape(self.filters, -1).T
        if self.bias:
            y = y + weights[f"{self.name}.bias"]
        return y.reshape(n, height, width, self.filters).transpose(0, 3, 1, 2)

    def backward(self, weights, gradient, gradients):
        flat = gradient.transpose(0, 2, 3, 1).reshape(-1, self.filters)
        weight = weights[f"{self.name}.weight"]
        gradients[f"{self.name}.weight"] = (flat.T @ self.columns).reshape(weight.shape)
        if self.bias:
            gradients[f"{self.name}.bias"] = flat.sum(axis=0)
        n, _, height, width = gradient.shape
        columns = (flat @ weight.reshape(self.filters, -1)).reshape(n, height, width, self.channels, *self.window.kernel)
        patches = columns.transpose(0, 3, 1, 2, 4, 5)
        return self.window.crop(_scatter(patches, self.padded, self.window.kernel, self.window.stride))

    def code(self, x):
        bias = f"self.{self.name}.bias" if self.bias else "None"
        return f"torch.conv2d({x}, self.{self.name}.weight, {bias}, {self.window.code()}, [1, 1], 1)"


class Pool2d:
    def __init__(self, _, layer, shape, path, largest):
        self.window = Window(layer, shape, path, None)
        self.output = (shape[0],) + self.window.size
        self.largest = largest

    def forward(self, _, x, __):
        padded = self.window.pad(x, -np.inf if self.largest else 0.0)
        self.padded = padded.shape
        seen = _patches(padded, self.window.kernel, self.window.stride)
        flat = seen.reshape(*seen.shape[:4], -1)
        if not self.largest:
            self.count = flat.shape[-1]
            return flat.mean(axis=-1, dtype=x.dtype)
        self.chosen = flat.argmax(axis=-1)
        return np.take_along_axis(flat, self.chosen[..., None], axis=-1)[..., 0]

    def backward(self, _, gradient, __):
        count = self.window.kernel[0] * self.window.kernel[1]
        if self.largest:
            flat = np.zeros(gradient.shape + (count,), dtype=gradient.dtype)
            np.put_along_axis(flat, self.chosen[..., None], gradient[..., None], axis=-1)
        else:
            flat = np.repeat(gradient[..., None] / count, count, axis=-1).astype(gradient.dtype)
        patches = flat.reshape(*gradient.shape, *self.window.kernel)
        return self.window.crop(_scatter(patches, self.padded, self.window.kernel, self.window.stride))

    def code(self, x):
        kernel = f"{list(self.window.kernel)}, {self.window.code()}"
        if self.largest:
            return f"torch.max_pool2d({x}, {kernel}, [1, 1], False)"
        return f"torch.avg_pool2d({x}, {kernel}, False, True, None)"


class Flatten:
    def __init__(self, _, __, shape, ___):
        self.shape, self.output = shape, (int(np.prod(shape)),)

    def forward(self, _, x, __):
        return x.reshape(x.shape[0], -1)

    def backward(self, _, gradient, __):
        return gradient.reshape(-1, *self.shape)

    def code(self, x):
        return f"torch.flatten({x}, 1, -1)"


class Dropout:
    def __init__(self, _, layer, shape, path):
        self.rate, self.output = float(layer.get("rate", 0.5)), shape
        if not 0 <= self.rate < 1:
            raise BadInput(f"{path}.rate: {self.rate} (expected: 0 up to less than 1)")

    def forward(self, _, x, random):
        self.kept = None if random is None else (random.random(x.shape, dtype=np.float32) >= self.rate) / (1 - self.rate)
        return x if self.kept is None else (x * self.kept).astype(x.dtype)

    def backward(self, _, gradient, __):
        return gradient if self.kept is None else (gradient * self.kept).astype(gradient.dtype)

    def code(self, x):
        return f"torch.dropout({x}, {self.rate!r}, self.training)"


class Activation:
    """relu, tanh or sigmoid; the derivative is a function of the output."""

    FORMULAS = {
        "relu": (lambda x: np.maximum(x, 0), lambda y: (y > 0).astype(np.float32)),
        "tanh": (np.tanh, lambda y: 1 - y * y),
        "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), lambda y: y * (1 - y)),
    }

    def __init__(self, kind, shape):
        self.kind, self.output = kind, shape
        self.function, self.derivative = self.FORMULAS[kind]

    def forward(self, _, x, __):
        self.y = self.function(x)
        return self.y

    def backward(self, _, gradient, __):
        return gradient * self.derivative(self.y)

    def code(self, x):
        return f"torch.{self.kind}({x})"


LAYERS = {
    "dense": Dense,
    "linear": Dense,
    "conv2d": Conv2d,
    "max_pool2d": lambda *given: Pool2d(*given, largest=True),
    "avg_pool2d": lambda *given: Pool2d(*given, largest=False),
    "flatten": Flatten,
    "dropout": Dropout,
}
LAST = ("softmax", "log_softmax")


class Network:
    """
    :param description: of the network
    :param shape: of one sample
    :param path: of the description in the document that holds it, for messages
    """

    def __init__(self, description, shape, path="$.model.network"):
        self.input, self.layers, self.end = tuple(shape), [], None
        described = description.get("layers")
        if not isinstance(described, list) or not described:
            raise BadInput(f"{path}.layers: {described!r} (expected: at least one layer)")
        for index, layer in enumerate(described):
            kind, at = layer.get("type"), f"{path}.layers[{index}]"
            if kind in LAST:
                if index != len(described) - 1:
                    raise BadInput(f"{at}.type: {kind} (expected: only as the last layer)")
                self.end = kind
            elif kind in Activation.FORMULAS:
                self.layers.append(Activation(kind, self.output))
            elif kind in LAYERS:
                self.layers.append(LAYERS[kind](layer.get("name", f"{kind}_{index}"), layer, self.output, at))
            else:
                known = ", ".join([*LAYERS, *Activation.FORMULAS, *LAST])
                raise BadInput(f"{at}.type: {kind!r} (expected, with engines flare and flower: one of {known})")
        if len(self.output) != 1:
            raise BadInput(f"{path}.layers: output shape {list(self.output)} (expected: [classes])")

    @property
    def output(self):
        return self.layers[-1].output if self.layers else self.input

    def owners(self):
        """The layers that have weights."""
        return [layer for layer in self.layers if hasattr(layer, "parameters")]

    def initial(self, random):
        """PyTorch's defaults: uniform within 1/√(inputs of a unit)."""
        weights = {}
        for layer in self.owners():
            shapes, inputs = layer.parameters()
            bound = 1 / np.sqrt(inputs)
            for name, shape in shapes.items():
                weights[name] = random.uniform(-bound, bound, shape).astype(np.float32)
        return weights

    def logits(self, weights, x, random=None):
        for layer in self.layers:
            x = layer.forward(weights, x, random)
        return x

    def gradients(self, weights, x, labels, random):
        """The mean cross entropy of a batch and its gradients by the names of the weights."""
        probabilities = softmax(self.logits(weights, x, random))
        rows = np.arange(len(labels))
        loss = -np.log(np.maximum(probabilities[rows, labels], 1e-12)).mean()
        probabilities[rows, labels] -= 1
        gradient, gradients = probabilities / len(labels), {}
        for layer in reversed(self.layers):
            gradient = layer.backward(weights, gradient, gradients)
        return float(loss), gradients

    def measures(self, weights, x, labels):
        """Loss and accuracy."""
        probabilities = softmax(self.logits(weights, x))
        loss = -np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-12)).mean()
        return float(loss), float((probabilities.argmax(axis=1) == labels).mean())


def softmax(logits):
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)
