"""PyTorch's side of `compare-pytorch`.

Obeys one JSON command per line on standard input and answers each with one JSON line on standard output. Between
commands it blocks, so it burns no processor time while the other side is measured. Commands:

  {"do": "open", "network", "data", "weights", "phase": "train" | "evaluate", "batch", "rate", "momentum", "threads"}
  {"do": "losses", "way", "steps"}     the mean loss of each of the first batches, in file order, from the given weights
  {"do": "run", "way", "count"}        -> seconds and processor seconds of that many steps
  {"do": "memory"}                     -> peak resident bytes since the latest way was prepared, by its first "run"

A way is "ordinary" (as tutorials write it: shuffling DataLoader, .item() in each step), "fast" (slices of one tensor,
gradients set to None, no number read back) or "fast channels_last" (the same with NHWC tensors, the data converted
beforehand).
"""
import json
import os
import platform
import sys
import time

try:
    import numpy
    import torch
except ImportError as error:
    print(json.dumps({"error": f"{error}: install python3-torch and libopenblas0-openmp (Debian, Ubuntu), "
                               "or name an interpreter that has PyTorch with --python"}), flush=True)
    sys.exit(1)

from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from networks import NETWORKS

CHANNELS_LAST = torch.channels_last


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
    parts = ("blas", "mkl", "gomp", "iomp", "libomp", "dnnl")
    return sorted(p for p in paths if any(part in os.path.basename(p) for part in parts))


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
        missing = [k for k in lacking.missing_keys if not k.endswith("num_batches_tracked")]
        unexpected = lacking.unexpected_keys + missing
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

    def run(self, count):
        ordinary = self.training or self.way == "ordinary"
        with torch.set_grad_enabled(self.training) if ordinary else torch.inference_mode():
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
                runs[way].run(command["count"])
                answer(seconds=time.perf_counter() - begin, cpu=time.process_time() - used)
            elif do == "memory":
                answer(peak=status("VmHWM"))
            else:
                raise ValueError(f"unknown command {do}")
        except Exception as error:
            answer(error=f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
