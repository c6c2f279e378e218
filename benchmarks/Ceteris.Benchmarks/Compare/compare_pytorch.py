"""PyTorch's side of `compare-pytorch`.

Obeys one JSON command per line on standard input and answers each with one JSON line on standard output. Between commands
it blocks, so it burns no processor time while the other side is measured. Commands:

  {"do": "open", "network", "data", "weights", "phase": "train" | "evaluate", "batch", "rate", "momentum", "threads"}
  {"do": "losses", "way", "steps"}           the mean loss of each of the first batches, in file order, from the given weights
  {"do": "run", "way", "unit": "step" | "epoch", "count"}      -> seconds and processor seconds of that many units
  {"do": "memory"}                           -> peak resident bytes since the latest way was prepared, by its first "run"

A way is "ordinary" (as tutorials write it: shuffling DataLoader, .item() in each step), "fast" (slices of one tensor, gradients set
to None, no number read back) or "fast channels_last" (the same with NHWC tensors, the data converted beforehand).
"""
import json
import os
import platform
import sys
import time
from collections import OrderedDict

try:
    import numpy
    import torch
except ImportError as error:
    print(json.dumps({"error": f"{error}: install python3-torch and libopenblas0-openmp (Debian, Ubuntu), "
                               "or name an interpreter that has PyTorch with --python"}), flush=True)
    sys.exit(1)

from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

CHANNELS_LAST = torch.channels_last


def named(*layers):
    return nn.Sequential(OrderedDict(layers))


def base(bn):
    norm2d = nn.BatchNorm2d if bn else lambda _: nn.Identity()
    norm1d = nn.BatchNorm1d if bn else lambda _: nn.Identity()
    return named(
        ("conv1", nn.Conv2d(1, 20, 5)), ("bn1", norm2d(20)), ("pool1", nn.MaxPool2d(2)),
        ("conv2", nn.Conv2d(20, 50, 5)), ("bn2", norm2d(50)), ("pool2", nn.MaxPool2d(2)), ("flatten", nn.Flatten()),
        ("fc1", nn.Linear(800, 500)), ("bn3", norm1d(500)), ("relu", nn.ReLU()), ("fc2", nn.Linear(500, 10)))


def sk(width):
    few, many = int(20 * width), int(50 * width)
    return named(
        ("conv1_1", nn.Conv2d(1, few, 3)), ("bn1_1", nn.BatchNorm2d(few)), ("act1_1", nn.ReLU()),
        ("conv1_2", nn.Conv2d(few, few, 3)), ("bn1_2", nn.BatchNorm2d(few)), ("act1_2", nn.ReLU()), ("pool1", nn.MaxPool2d(2)),
        ("conv2", nn.Conv2d(few, many, 3)), ("bn2", nn.BatchNorm2d(many)), ("pool2", nn.MaxPool2d(2)), ("flatten", nn.Flatten()),
        ("fc1", nn.Linear(25 * many, 500)), ("bn3", nn.BatchNorm1d(500)), ("act3", nn.ReLU()), ("fc2", nn.Linear(500, 10)))


def mlp():
    return named(
        ("flatten", nn.Flatten()), ("fc1", nn.Linear(784, 100)), ("act1", nn.Sigmoid()),
        ("fc2", nn.Linear(100, 30)), ("act2", nn.Sigmoid()), ("fc3", nn.Linear(30, 10)))


def lenet_bn():
    return named(
        ("conv1", nn.Conv2d(1, 6, 5)), ("bn1", nn.BatchNorm2d(6)), ("act1", nn.Sigmoid()), ("pool1", nn.AvgPool2d(2)),
        ("conv2", nn.Conv2d(6, 16, 5)), ("bn2", nn.BatchNorm2d(16)), ("act2", nn.Sigmoid()), ("pool2", nn.AvgPool2d(2)),
        ("flatten", nn.Flatten()), ("fc1", nn.Linear(256, 120)), ("bn3", nn.BatchNorm1d(120)), ("act3", nn.Sigmoid()),
        ("fc2", nn.Linear(120, 84)), ("bn4", nn.BatchNorm1d(84)), ("act4", nn.Sigmoid()), ("fc3", nn.Linear(84, 10)))


class Block(nn.Module):
    def __init__(self, before, channels, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(before, channels, 3, stride, 1), nn.BatchNorm2d(channels)
        self.conv2, self.bn2 = nn.Conv2d(channels, channels, 3, 1, 1), nn.BatchNorm2d(channels)
        self.conv3 = nn.Conv2d(before, channels, 1, stride) if stride > 1 else None

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)), inplace=True)))
        return F.relu(y + (x if self.conv3 is None else self.conv3(x)), inplace=True)


def resnet18(large_stem):
    stem = nn.Conv2d(3, 64, 7, 2, 3) if large_stem else nn.Conv2d(3, 64, 3, 1, 1)
    blocks, before = [], 64
    for i in range(8):
        channels = 64 << i // 2
        blocks.append(Block(before, channels, 2 if i % 2 == 0 and i > 0 else 1))
        before = channels
    return named(
        ("conv1", stem), ("bn1", nn.BatchNorm2d(64)), ("relu", nn.ReLU(inplace=True)),
        ("maxpool", nn.MaxPool2d(3, 2, 1) if large_stem else nn.Identity()), ("blocks", nn.Sequential(*blocks)),
        ("avgpool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()), ("fc", nn.Linear(512, 10)))


def vgg():
    layers, before = [], 3
    for channels in (64, 0, 128, 0, 256, 256, 0, 512, 512, 0, 512, 512, 0):
        if channels == 0:
            layers.append(nn.MaxPool2d(2))
        else:
            layers += [nn.Conv2d(before, channels, 3, padding=1), nn.BatchNorm2d(channels), nn.ReLU(inplace=True)]
            before = channels
    return named(("features", nn.Sequential(*layers)), ("flatten", nn.Flatten()), ("classifier", nn.Linear(512, 10)))


NETWORKS = {
    "base": lambda: base(False), "base-bn": lambda: base(True), "sk": lambda: sk(1), "sk-0.2": lambda: sk(0.2), "mlp-100-30-sigmoid": mlp,
    "lenet-bn": lenet_bn, "resnet18-cifar": lambda: resnet18(False), "resnet18-d2l": lambda: resnet18(True), "vgg": vgg,
}


def read_safetensors(path):
    types = {"F32": numpy.float32, "U8": numpy.uint8}
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    return {
        name: numpy.frombuffer(data, types[entry["dtype"]], offset=entry["data_offsets"][0],
                               count=int(numpy.prod(entry["shape"]))).reshape(entry["shape"])
        for name, entry in header.items() if name != "__metadata__"}


def status(field):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(field + ":"))


def mapped_libraries():
    with open("/proc/self/maps") as file:
        paths = {line.split(maxsplit=5)[5].strip() for line in file if line.count("/") > 0}
    return sorted(p for p in paths if any(part in os.path.basename(p) for part in ("blas", "mkl", "gomp", "iomp", "libomp", "dnnl")))


def about():
    a = torch.rand(64, 64)
    torch.mm(a, a)
    settings = torch.__config__.show().splitlines()
    return {
        "python": platform.python_version(), "pytorch": torch.__version__, "libraries": mapped_libraries(),
        "capability": next((s.split(":")[1].strip() for s in settings if "CPU capability" in s), "?"),
        "onednn": next((s.split(" v")[1].split()[0] for s in settings if "MKL-DNN v" in s or "oneDNN v" in s), "?")}


class Run:
    """One network with its data and optimiser, trained or evaluated in one way."""

    def __init__(self, task, way):
        self.way, self.training, self.batch = way, task["phase"] == "train", task["batch"]
        self.model = NETWORKS[task["network"]]()
        weights = {k: torch.from_numpy(v.copy()) for k, v in read_safetensors(task["weights"]).items()}
        lacking = self.model.load_state_dict(weights, strict=False)
        unexpected = lacking.unexpected_keys + [k for k in lacking.missing_keys if not k.endswith("num_batches_tracked")]
        if unexpected:
            raise ValueError(f"expected the same weights on both sides of {task['network']}, differ: {unexpected}")
        data = read_safetensors(task["data"])
        self.images = torch.from_numpy(data["images"].copy()).float().div_(255)
        self.labels = torch.from_numpy(data["labels"].copy()).long()
        if way.endswith("channels_last"):
            self.model = self.model.to(memory_format=CHANNELS_LAST)
            self.images = self.images.contiguous(memory_format=CHANNELS_LAST)
        self.model.train(self.training)
        self.optimizer = torch.optim.SGD(self.model.parameters(), task["rate"], momentum=task["momentum"])
        self.full_batch = self.batch >= len(self.labels)
        self.position, self.loader = 0, None

    def batches(self):
        """The batches of one epoch."""
        if self.full_batch:
            return [(self.images, self.labels)]
        if self.way == "ordinary":
            return DataLoader(TensorDataset(self.images, self.labels), batch_size=self.batch, shuffle=self.training)
        return self.slices()

    def slices(self):
        for start in range(0, len(self.labels), self.batch):
            yield self.images[start:start + self.batch], self.labels[start:start + self.batch]

    def whole_batches(self):
        """Batches without end, without the smaller one at the end of an epoch."""
        while True:
            for x, y in self.batches():
                if len(y) == self.batch:
                    yield x, y

    def step(self, x, y):
        if not self.training:
            outputs = self.model(x)
            loss, correct = F.cross_entropy(outputs, y, reduction="sum"), (outputs.argmax(1) == y).sum()
            return (loss.item(), correct.item()) if self.way == "ordinary" else (loss, correct)
        if self.way == "ordinary":
            self.optimizer.zero_grad()
        else:
            self.optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item() if self.way == "ordinary" else loss

    def run(self, unit, count):
        with torch.set_grad_enabled(self.training) if self.training or self.way == "ordinary" else torch.inference_mode():
            if unit == "epoch":
                for _ in range(count):
                    for x, y in self.batches():
                        self.step(x, y)
                return
            self.loader = self.loader or self.whole_batches()
            for _ in range(count):
                self.step(*next(self.loader))

    def losses(self, steps):
        found = []
        with torch.set_grad_enabled(self.training):
            for (x, y), _ in zip(self.slices(), range(steps)):
                loss = self.step(x, y)
                found.append(loss.item() if self.training else loss[0].item() / len(y))
        return found


def main():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # What libraries print must not be taken for an answer.

    def answer(**values):
        answers.write(json.dumps(values) + "\n")
        answers.flush()

    answer(**about())
    task, runs = None, {}
    for line in sys.stdin:
        command = json.loads(line)
        do = command.pop("do")
        try:
            if do == "open":
                task, runs = command, {}
                torch.set_num_threads(task["threads"])
                torch.manual_seed(0)
                answer(threads=torch.get_num_threads())
            elif do == "losses":
                answer(losses=Run(task, command["way"]).losses(command["steps"]))
            elif do == "run":
                way = command["way"]
                if way not in runs:
                    runs[way] = Run(task, way)
                    with open("/proc/self/clear_refs", "w") as file:
                        file.write("5")  # Starts the count of the peak anew.
                begin, used = time.perf_counter(), time.process_time()
                runs[way].run(command["unit"], command["count"])
                answer(seconds=time.perf_counter() - begin, cpu=time.process_time() - used)
            elif do == "memory":
                answer(peak=status("VmHWM"))
            else:
                raise ValueError(f"unknown command {do}")
        except Exception as error:
            answer(error=f"{type(error).__name__}: {error}")


main()
