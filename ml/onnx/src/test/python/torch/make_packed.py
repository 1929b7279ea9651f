"""Saves recurrent networks over sequences of several lengths: make_packed.py FOLDER

Made with PyTorch 2.7.1, seeded; ml/translate's tests compare their translations with PyTorch itself.
"""
import io
import os
import sys

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from make_models import without_debug


class AnyOrder(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(3, 4, 2, batch_first=True, bidirectional=True)
        self.head = nn.Linear(8, 2)

    def forward(self, x: Tensor, lengths: Tensor):
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        out, (h, c) = self.rnn(packed)
        padded, n = pad_packed_sequence(out, batch_first=True)
        return self.head(padded), h, c, n


class LongestFirst(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(3, 4, batch_first=True)

    def forward(self, x: Tensor, lengths: Tensor):
        out, h = self.rnn(pack_padded_sequence(x, lengths, batch_first=True))
        padded, n = pad_packed_sequence(out, batch_first=True, padding_value=-1.0)
        return padded, h


class AllSteps(LongestFirst):
    def forward(self, x: Tensor, lengths: Tensor):
        out, h = self.rnn(pack_padded_sequence(x, lengths, batch_first=True))
        return pad_packed_sequence(out, batch_first=True, padding_value=-1.0, total_length=x.size(1))[0], h


def main():
    folder = sys.argv[1]
    inputs = torch.zeros(3, 5, 3), torch.tensor([5, 3, 2])
    for kind in (AnyOrder, LongestFirst, AllSteps):
        torch.manual_seed(3)
        model = kind().eval()
        saved = {"traced": torch.jit.trace(model, inputs)}
        if kind is not AllSteps:
            saved["scripted"] = torch.jit.script(model)
        for way, module in saved.items():
            without_debug(torch_bytes(module), os.path.join(folder, "%s.%s.pt" % (kind.__name__, way)))


def torch_bytes(module):
    buffer = io.BytesIO()
    torch.jit.save(module, buffer)
    return buffer.getvalue()


main()
