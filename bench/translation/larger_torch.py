"""Networks of real size, with random weights: how translators behave when there is something to do."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../ml/onnx/src/test/python/torch"))

import torch
from torch import Tensor, nn

import architectures
import make_models


class ResNet18Wide(nn.Module):
    """ResNet-18 with its 64 to 512 channels: 11.7 million weights."""
    shape = [3, 64, 64]

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        blocks = []
        channels = 64
        for out in (64, 128, 256, 512):
            blocks += [architectures.BasicBlock(channels, out, 1 if out == 64 else 2), architectures.BasicBlock(out, out, 1)]
            channels = out
        self.blocks = nn.Sequential(*blocks)
        self.fc = nn.Linear(512, 1000)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.blocks(self.stem(x)).mean((2, 3)))


class Encoder(nn.Module):
    """A transformer encoder over tokens: 4 layers of 256, 8 heads, 4 million weights."""
    shape = [32]
    integers = 2000

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(2000, 256)
        layer = nn.TransformerEncoderLayer(256, 8, 1024, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 4, enable_nested_tensor=False)
        self.head = nn.Linear(256, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.encoder(self.embedding(x)).mean(1))


class Forecaster(nn.Module):
    """Two LSTM layers of 256 over 48 steps."""
    shape = [48, 8]

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(8, 256, num_layers=2, batch_first=True)
        self.head = nn.Linear(256, 12)

    def forward(self, x: Tensor) -> Tensor:
        y, _ = self.lstm(x)
        return self.head(y[:, -1])


MODELS = [ResNet18Wide, Encoder, Forecaster]


def build(name):
    kind = {k.__name__: k for k in MODELS}[name]
    torch.manual_seed(7)
    model = make_models.settle(kind())
    integers = getattr(kind, "integers", 0)
    size = [2] + kind.shape
    return model, (torch.randint(0, integers, size) if integers else torch.randn(size),)
