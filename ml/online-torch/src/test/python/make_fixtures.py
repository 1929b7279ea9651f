"""Archives that plain PyTorch wrote, and what PyTorch makes of one by learning; for the tests of ml/online-torch.

    pip install torch==2.13.0
    python make_fixtures.py ../resources/torch
"""

import json
import pathlib
import sys

import torch
from torch import nn

out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
torch.set_num_threads(1)
torch.manual_seed(1)


class Mixed(nn.Module):
    """Buffers, a buffer of whole numbers, dropout, a weight that two layers share, a parameter that nothing reads."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(6, 6)
        self.norm = nn.BatchNorm1d(6)
        self.drop = nn.Dropout(0.25)
        self.again = nn.Linear(6, 6)
        self.again.weight = self.first.weight
        self.unread = nn.Parameter(torch.ones(3))
        self.last = nn.Linear(6, 2)

    def forward(self, x):
        return self.last(self.again(self.drop(torch.relu(self.norm(self.first(x))))))


class Forecaster(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(2, 5, batch_first=True)
        self.out = nn.Linear(5, 3)

    def forward(self, x):
        steps, _ = self.gru(x)
        return self.out(steps[:, -1])


mixed = torch.jit.script(Mixed().eval())
mixed.save(str(out / "mixed.pt"))

forecaster = Forecaster()
torch.jit.trace(forecaster.eval(), torch.zeros(4, 7, 2)).save(str(out / "forecaster.pt"))

# ten steps of Adam on eight rows, then what the network says
x = torch.rand(8, 7, 2) * 2 - 1
y = torch.rand(8, 3)
optimizer = torch.optim.Adam(forecaster.parameters(), lr=0.01, betas=(0.9, 0.99))
forecaster.train()
losses = []
for _ in range(10):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(forecaster(x), y)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
forecaster.eval()
with torch.no_grad():
    after = forecaster(x)
(out / "forecaster.json").write_text(
    json.dumps(
        {
            "x": x.double().flatten().tolist(),
            "y": y.double().flatten().tolist(),
            "losses": losses,
            "after": after.double().flatten().tolist(),
        }
    )
)
