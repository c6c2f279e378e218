"""Trains mlp-5-4-relu-bn for ten steps in PyTorch (1.13) and writes mlp-bn.safetensors, its state_dict as safetensors.torch.save_file lays
it out: int64 (num_batches_tracked) before float32, then by name. Prints what it answers to image i, pixel p = (7 p + 13 i p) mod 256."""
import json
import struct

import torch
from torch import nn

torch.manual_seed(3)
torch.set_num_threads(1)


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.bn1 = nn.Linear(784, 5), nn.BatchNorm1d(5)
        self.fc2, self.bn2 = nn.Linear(5, 4), nn.BatchNorm1d(4)
        self.fc3 = nn.Linear(4, 10)

    def forward(self, x):
        x = torch.relu(self.bn1(self.fc1(x.flatten(1))))
        return self.fc3(torch.relu(self.bn2(self.fc2(x))))


net = Mlp()
optimiser = torch.optim.SGD(net.parameters(), lr=0.5, momentum=0.9)
for _ in range(10):
    x, y = torch.rand(32, 1, 28, 28), torch.randint(0, 10, (32,))
    optimiser.zero_grad()
    nn.functional.cross_entropy(net(x), y).backward()
    optimiser.step()

TYPES = {torch.int64: "I64", torch.float32: "F32"}
state = sorted(net.state_dict().items(), key=lambda item: (item[1].dtype != torch.int64, item[0]))
header, data = {"__metadata__": {"format": "pt"}}, b""
for name, tensor in state:
    fmt = "<%d%s" % (tensor.numel(), "q" if tensor.dtype == torch.int64 else "f")
    values = struct.pack(fmt, *tensor.flatten().tolist())
    header[name] = {"dtype": TYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(values)]}
    data += values
text = json.dumps(header, separators=(",", ":")).encode()
text += b" " * (-len(text) % 8)
with open("mlp-bn.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + data)

net.eval()
pixels = torch.tensor([[(7 * p + 13 * i * p) % 256 for p in range(784)] for i in range(6)], dtype=torch.float32)
answers = net(pixels / 255).softmax(1)
for row in answers.tolist():
    print("[" + ", ".join("%.7ff" % p for p in row) + "],")
