"""Makes the TorchScript fixtures of the translator's tests: small networks, traced and scripted, with inputs and the
outputs PyTorch computed for them.

Run with PyTorch 1.13 (Debian 12: apt install python3-torch): python3 make_fixtures.py ../resources/torchscript
Everything is seeded; the files that are committed come from one run.
"""
import io
import json
import os
import sys
import warnings
import zipfile

import torch
from torch import nn
import torch.nn.functional as F

warnings.filterwarnings("ignore")
OUT = sys.argv[1] if __name__ == "__main__" else ""


class Mlp(nn.Module):
    shape = [4]

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(4, 8), nn.ReLU(inplace=True), nn.Dropout(0.5), nn.LayerNorm(8), nn.Linear(8, 3))

    def forward(self, x):
        return torch.softmax(self.net(x), dim=1)


class CnnBatchNorm(nn.Module):
    shape = [1, 8, 8]

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 6, 3, stride=2, bias=False)
        self.bn2 = nn.BatchNorm2d(6)
        self.drop = nn.Dropout2d(0.25)
        self.fc = nn.Linear(6, 3)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = self.drop(F.leaky_relu(self.bn2(self.conv2(x)), 0.2))
        x = x.view(x.size(0), -1)
        return F.log_softmax(self.fc(x), dim=1)


class Conv1dPools(nn.Module):
    shape = [2, 20]

    def __init__(self):
        super().__init__()
        self.a = nn.Conv1d(2, 4, 5, padding=2, groups=2)
        self.bn = nn.BatchNorm1d(4)
        self.b = nn.Conv1d(4, 3, 3, dilation=2, padding="same")
        self.pool = nn.AvgPool1d(3, stride=2, padding=1)

    def forward(self, x):
        x = torch.tanh(self.bn(self.a(x)))
        x = F.max_pool1d(x, 3, 2, 1)
        x = self.pool(F.elu(self.b(x)))
        return F.adaptive_avg_pool1d(x, 3).flatten(1)


class Lstm(nn.Module):
    shape = [7, 3]

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 5, num_layers=2, bidirectional=True, batch_first=True, dropout=0.2)
        self.fc = nn.Linear(10, 2)

    def forward(self, x):
        y, (h, c) = self.lstm(x)
        return self.fc(y[:, -1]) + h[0, :, :2] - c[3, :, 1:3]


class Gru(nn.Module):
    shape = [6, 3]

    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 5, batch_first=True, num_layers=2)
        self.fc = nn.Linear(5, 1)

    def forward(self, x):
        y, h = self.gru(x)
        return self.fc(y[:, -1, :]).squeeze(1) + h.sum(0).mean(1)


class RnnTanh(nn.Module):
    shape = [5, 2]

    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(2, 4, batch_first=True, bias=False, bidirectional=True)
        self.relu_rnn = nn.RNN(8, 3, nonlinearity="relu", batch_first=True)

    def forward(self, x):
        y, _ = self.rnn(x)
        z, _ = self.relu_rnn(y)
        return z


class GruWithState(nn.Module):
    """A first state that is learnt, not zero."""
    shape = [4, 3]

    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 5, batch_first=True)
        self.h0 = nn.Parameter(torch.randn(1, 1, 5))

    def forward(self, x):
        y, _ = self.gru(x, self.h0.expand(-1, x.size(0), -1).contiguous())
        return y[:, -1]


class EmbeddingGru(nn.Module):
    shape = [9]
    integers = 11

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(11, 4, padding_idx=0)
        self.gru = nn.GRU(4, 3, batch_first=True)
        self.fc = nn.Linear(3, 2)

    def forward(self, x):
        y, _ = self.gru(self.embedding(x))
        return self.fc(y.mean(dim=1))


class BasicBlock(nn.Module):
    def __init__(self, channels, out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.downsample = nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        y += self.downsample(x)
        return self.relu(y)


class Residual(nn.Module):
    shape = [3, 9, 9]

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([BasicBlock(3, 4, 1), BasicBlock(4, 6, 2)])
        self.pool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(6, 4)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.fc(torch.flatten(self.pool(x), 1))


class UNet(nn.Module):
    shape = [1, 8, 8]

    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(1, 3, 3, padding=1)
        self.bottom = nn.Conv2d(3, 4, 3, padding=1)
        self.up = nn.ConvTranspose2d(4, 3, 2, stride=2)
        self.norm = nn.GroupNorm(3, 6)
        self.out = nn.Conv2d(6, 2, 1)

    def forward(self, x):
        a = F.gelu(self.down(x))
        b = F.silu(self.bottom(F.max_pool2d(a, 2)))
        u = self.up(b)
        y = self.norm(torch.cat([a, u], dim=1))
        return self.out(y) + F.interpolate(b, scale_factor=2.0, mode="nearest")[:, :2]


class Attention(nn.Module):
    shape = [5, 8]

    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(8, 24)
        self.out = nn.Linear(8, 8)
        self.norm = nn.LayerNorm(8)

    def forward(self, x):
        b, t, d = x.size()
        q, k, v = self.qkv(x).split(8, dim=2)
        q = q.view(b, t, 2, 4).transpose(1, 2)
        k = k.view(b, t, 2, 4).transpose(1, 2)
        v = v.view(b, t, 2, 4).transpose(1, 2)
        scores = (q @ k.transpose(-2, -1)) / 2.0
        y = torch.softmax(scores, dim=-1) @ v
        y = y.transpose(1, 2).contiguous().view(b, t, d)
        return self.norm(x + self.out(y))


class TransformerEncoder(nn.Module):
    shape = [5, 8]

    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.fc = nn.Linear(8, 3)

    def forward(self, x):
        return self.fc(self.encoder(x)[:, 0])


class Tcn(nn.Module):
    shape = [2, 16]

    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv1d(2 if i == 0 else 4, 4, 3, padding=2 * 2 ** i, dilation=2 ** i) for i in range(3)])
        self.fc = nn.Linear(4, 1)

    def forward(self, x):
        for i, conv in enumerate(self.convs):
            y = conv(x)[:, :, : x.size(2)]
            x = F.relu(y) if i == 0 else F.relu(x + y)
        return self.fc(x[:, :, -1])


class Activations(nn.Module):
    shape = [6]

    def forward(self, x):
        parts = [F.relu(x), F.leaky_relu(x, 0.1), F.elu(x, 0.5), F.gelu(x), F.silu(x), torch.sigmoid(x), torch.tanh(x),
                 F.hardtanh(x, -0.5, 0.7), torch.clamp(x, min=-0.3), torch.clamp(x, -1.0, 0.25), F.softplus(x),
                 F.softplus(x, beta=2.0), F.mish(x), F.hardswish(x), F.hardsigmoid(x), F.selu(x), F.celu(x, 1.5),
                 F.logsigmoid(x), F.softsign(x), F.relu6(x * 10.0), F.log_softmax(x, dim=1), torch.softmax(x, -1)]
        return torch.cat(parts, dim=1)


class Arithmetic(nn.Module):
    shape = [2, 6]

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.rand(6) + 0.5)
        self.register_buffer("offset", torch.tensor(0.25))

    def forward(self, x):
        a, b = x[:, 0], x[:, 1]
        y = 2.0 * a + b / 3.0 - 1.0 + self.offset
        y = y * self.scale + torch.exp(-torch.abs(a)) + torch.log(b * b + 1.0) + torch.sqrt(a ** 2 + 0.5)
        y = torch.sub(y, b, alpha=0.5) + (1.0 - a) + torch.where(a > b, a, b) + torch.max(a, b) - torch.minimum(a, b)
        y = y + x.mean(dim=(1, 2)).unsqueeze(1) + x.sum(dim=1) + a.std(dim=1, keepdim=True) + x.amax(dim=1)
        y = y.masked_fill(a > 1.5, -1.0) - torch.pow(torch.abs(b) + 0.1, 0.3) + (a > 0).float()
        values, index = torch.topk(y, 3, dim=1)
        return torch.cat([y, values, index.to(torch.float32), y.argmax(1).unsqueeze(1).float(), y.cumsum(1)], 1)


class ScriptedControlFlow(nn.Module):
    shape = [4, 6]
    traced = False

    def __init__(self):
        super().__init__()
        self.depth = 3
        self.skip = False
        self.layers = nn.ModuleList([nn.Linear(6, 6) for _ in range(3)])

    def forward(self, x):
        outputs = []
        for i, layer in enumerate(self.layers):
            if i % 2 == 0:
                x = torch.relu(layer(x))
            else:
                x = layer(x)
            outputs.append(x)
        if self.skip:
            raise ValueError("never")
        n = 0
        while n < self.depth:
            x = x + float(n)
            n += 1
        shape = list(x.shape)
        if len(shape) == 3 and shape[1] == 4:
            x = x.reshape(shape[0], -1)
        return x + torch.stack(outputs, dim=1).mean(1).flatten(1)


class Dueling(nn.Module):
    shape = [5]

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(5, 8)
        self.value = nn.Linear(8, 1)
        self.advantage = nn.Linear(8, 4)

    def forward(self, x):
        h = torch.relu(self.body(x))
        a = self.advantage(h)
        return self.value(h) + a - a.mean(dim=1, keepdim=True)


class Pools(nn.Module):
    shape = [2, 7, 9]

    def forward(self, x):
        a = F.adaptive_avg_pool2d(x, (3, 4)).flatten(1)
        b = F.avg_pool2d(x, 3, stride=2, padding=1, count_include_pad=False).flatten(1)
        c = F.max_pool2d(x, (2, 3), stride=(2, 2), padding=(1, 1)).flatten(1)
        d = F.max_pool2d(x, 2, ceil_mode=True).flatten(1)
        e = F.adaptive_avg_pool2d(x[:, :, :6, :8], (2, 4)).flatten(1)
        return torch.cat([a, b, c, d, e], 1)


class ConstantPadMobile(nn.Module):
    shape = [2, 6, 6]

    def __init__(self):
        super().__init__()
        self.depthwise = nn.Conv2d(2, 4, 3, groups=2)
        self.point = nn.Conv2d(4, 2, 1)
        self.prelu = nn.PReLU(4)
        self.instance = nn.InstanceNorm2d(2, affine=True)

    def forward(self, x):
        y = self.prelu(self.depthwise(F.pad(x, [1, 1, 2, 0])))
        y = self.instance(self.point(y))
        y = y * torch.sigmoid(F.adaptive_avg_pool2d(y, 1))
        return torch.einsum("bchw,bchw->bc", y, y)


class Vae(nn.Module):
    """Two outputs."""
    shape = [6]

    def __init__(self):
        super().__init__()
        self.enc = nn.Linear(6, 4)
        self.dec = nn.Linear(2, 6)

    def forward(self, x):
        mu, logvar = self.enc(x).chunk(2, dim=-1)
        return self.dec(mu), torch.exp(0.5 * logvar)


MODELS = [Mlp, CnnBatchNorm, Conv1dPools, Lstm, Gru, RnnTanh, GruWithState, EmbeddingGru, Residual, UNet, Attention,
          TransformerEncoder, Tcn, Activations, Arithmetic, ScriptedControlFlow, Dueling, Pools, ConstantPadMobile, Vae]


def settle(model):
    """Running statistics that are not 0 and 1, so that a mistake with them shows."""
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
            nn.init.normal_(module.weight)
            nn.init.normal_(module.bias)
    return model.eval()


def snake(name):
    return "".join("-" + c.lower() if c.isupper() else c for c in name).lstrip("-")


def save(name, script, extra):
    buffer = io.BytesIO()
    torch.jit.save(script, buffer, _extra_files={"mlaas.json": json.dumps(extra)})
    source = zipfile.ZipFile(buffer)
    # without the debugging information, which is most of the size; PyTorch does not need it
    with zipfile.ZipFile(os.path.join(OUT, name + ".pt"), "w", zipfile.ZIP_STORED) as target:
        for info in source.infolist():
            if not info.filename.endswith(".debug_pkl"):
                entry = zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0))
                target.writestr(entry, source.read(info.filename))


def build(name):
    """The model of that class name and its input; the same at each call."""
    number = [kind.__name__ for kind in MODELS].index(name)
    kind = MODELS[number]
    torch.manual_seed(100 + number)
    model = settle(kind())
    integers = getattr(kind, "integers", 0)
    size = [3] + kind.shape
    return model, (torch.randint(0, integers, size) if integers else torch.randn(size),)


def main():
    for kind in MODELS:
        model, (x,) = build(kind.__name__)
        integers = getattr(kind, "integers", 0)
        size = [3] + kind.shape
        with torch.no_grad():
            y = model(x)
        outputs = list(y) if isinstance(y, tuple) else [y]
        extra = {"input": {"shape": kind.shape, "type": "int64" if integers else "float32"}}
        name = snake(kind.__name__)
        if getattr(kind, "traced", True):
            with torch.no_grad():
                save(name + ".traced", torch.jit.trace(model, x, check_trace=False), extra)
        if getattr(kind, "scripted", True):
            save(name + ".scripted", torch.jit.script(model), extra)
        with open(os.path.join(OUT, name + ".json"), "w") as file:
            json.dump({"x": x.flatten().tolist(), "x_shape": size,
                       "y": [{"values": o.flatten().tolist(), "shape": list(o.shape)} for o in outputs]}, file)
    unhappy()


def unhappy():
    torch.manual_seed(7)
    model = settle(Dueling())
    torch.save(model.state_dict(), os.path.join(OUT, "state-dict.pth"))
    torch.save(nn.Linear(2, 2), os.path.join(OUT, "pickled-module.pth"))
    torch.save(nn.Linear(2, 2), os.path.join(OUT, "legacy-module.pth"), _use_new_zipfile_serialization=False)

    class Fft(nn.Module):
        def forward(self, x):
            return torch.abs(torch.fft.rfft(x))

    extra = {"input": {"shape": [8], "type": "float32"}}
    save("unsupported-operator", torch.jit.trace(Fft(), torch.randn(2, 8)), extra)

    class Training(nn.Module):
        def __init__(self):
            super().__init__()
            self.bn = nn.BatchNorm1d(4)

        def forward(self, x):
            return self.bn(x)

    extra = {"input": {"shape": [4], "type": "float32"}}
    save("traced-in-training", torch.jit.trace(Training().train(), torch.randn(3, 4), check_trace=False), extra)

    class DataDependent(nn.Module):
        def forward(self, x):
            if bool(x.sum() > 0):
                return x * 2.0
            return x

    save("data-dependent", torch.jit.script(DataDependent()), extra)


if __name__ == "__main__":
    main()
