"""PyTorch's side of `time-to-accuracy`: a training as fast as PyTorch has it, from the start of the process.

usage: train.py NETWORK FOLDER EPOCHS BATCH RATE MOMENTUM SEED

Reads MNIST's four files (gzipped or not) in FOLDER, trains with SGD under PyTorch's OneCycleLR (its momentum left
alone), prints a line `start` just before the first step and a line `epoch N ACCURACY` after each evaluation on the
test images.
"""
import gzip
import os
import sys

import numpy
import torch
from torch.nn import functional as F

from networks import NETWORKS

TEST_BATCH = 500


def idx(folder, name):
    path = os.path.join(folder, name)
    with (open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz", "rb")) as file:
        data = file.read()
    rank = data[3]
    return torch.from_numpy(numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * rank).copy())


def images(folder, name):
    return idx(folder, name).view(-1, 1, 28, 28).float().div_(255).sub_(0.1307).div_(0.3081)


def main():
    network, folder, epochs, batch, rate, momentum, seed = sys.argv[1:]
    epochs, batch = int(epochs), int(batch)
    torch.manual_seed(int(seed))
    x, y = images(folder, "train-images-idx3-ubyte"), idx(folder, "train-labels-idx1-ubyte").long()
    test_x, test_y = images(folder, "t10k-images-idx3-ubyte"), idx(folder, "t10k-labels-idx1-ubyte").long()
    model = NETWORKS[network]()
    optimizer = torch.optim.SGD(model.parameters(), float(rate), momentum=float(momentum))
    steps = (len(y) + batch - 1) // batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, float(rate), epochs=epochs, steps_per_epoch=steps, cycle_momentum=False)
    print("start", flush=True)
    for epoch in range(1, epochs + 1):
        model.train()
        for chosen in torch.randperm(len(y)).split(batch):
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(model(x[chosen]), y[chosen]).backward()
            optimizer.step()
            schedule.step()
        model.eval()
        with torch.inference_mode():
            batches = zip(test_x.split(TEST_BATCH), test_y.split(TEST_BATCH))
            right = sum((model(a).argmax(1) == b).sum().item() for a, b in batches)
        print("epoch", epoch, right / len(test_y), flush=True)


main()
