"""A fully connected network of a given size in MB as a TorchScript archive: large_torch.py FILE [MB]"""
import json
import sys

import torch
from torch import nn

torch.manual_seed(1)
weights = int(float(sys.argv[2] if len(sys.argv) > 2 else 500) * 1e6) // 4
inputs = 2048
wide = min(16384, weights // (2 * inputs))
narrow = (weights - inputs * wide) // (wide + 16)
model = nn.Sequential(nn.Linear(inputs, wide), nn.ReLU(), nn.Linear(wide, narrow), nn.Tanh(), nn.Linear(narrow, 16)).eval()
described = {"input": {"shape": [inputs], "type": "float32"}}
with torch.no_grad():
    torch.jit.trace(model, torch.zeros(1, inputs)).save(sys.argv[1], _extra_files={"mlaas.json": json.dumps(described)})
print("%d weights" % sum(p.numel() for p in model.parameters()))
