"""Models whose forward takes several tensors: one by one, in tuples, lists, dictionaries, and left out."""
from typing import Dict, List, Optional, Tuple

import torch
from torch import Tensor, nn


class TwoTowers(nn.Module):
    """Scores of documents for queries; the mask is optional and given here."""
    inputs = [{"name": "query", "shape": ["words:3"], "type": "int64"}, {"name": "document", "shape": ["length:5", 6]},
              {"name": "mask", "shape": ["length:5"]}]
    integers = 11

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(11, 6)
        self.project = nn.Linear(6, 6)

    def forward(self, query: Tensor, document: Tensor, mask: Optional[Tensor] = None, scale: float = 2.0) -> Tensor:
        wanted = self.words(query).mean(1)
        scores = torch.matmul(torch.tanh(self.project(document)), wanted.unsqueeze(2)).squeeze(2) * scale
        if mask is not None:
            scores = scores + mask
        return torch.softmax(scores, 1)


class WithoutMask(TwoTowers):
    """The same, with the mask left out."""
    inputs = TwoTowers.inputs[:2]
    traced = False


class CellStep(nn.Module):
    """A step of a recurrent policy: the state is a tuple."""
    inputs = [{"name": "x", "shape": [3]}, {"name": "state_0", "shape": [4]}, {"name": "state_1", "shape": [4]}]

    def __init__(self):
        super().__init__()
        self.cell = nn.LSTMCell(3, 4)

    def forward(self, x: Tensor, state: Tuple[Tensor, Tensor]) -> Tuple[Tensor, Tuple[Tensor, Tensor]]:
        h, c = self.cell(x, state)
        return h * 2, (h, c)

    @staticmethod
    def arguments(x, h, c):
        return x, (h, c)


class Fused(nn.Module):
    """Images of several sizes, and named numbers besides."""
    inputs = [{"name": "pyramid_0", "shape": [2, 4, 4]}, {"name": "pyramid_1", "shape": [2, 8, 8]},
              {"name": "numbers.age", "shape": [1]}, {"name": "numbers.income", "shape": [1]}]
    traced = False

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 3, 3)
        self.head = nn.Linear(5, 2)

    def forward(self, pyramid: List[Tensor], numbers: Dict[str, Tensor]) -> Tensor:
        total = torch.zeros([numbers["age"].size(0), 3])
        for level in pyramid:
            total = total + self.conv(level).amax([2, 3])
        return self.head(torch.cat([total, numbers["age"], numbers["income"]], 1))

    @staticmethod
    def arguments(small, large, age, income):
        return [small, large], {"age": age, "income": income}


MODELS = [TwoTowers, WithoutMask, CellStep, Fused]
