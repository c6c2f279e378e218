"""The networks of the comparison as PyTorch has them, by the names that Ceteris gives them."""
from collections import OrderedDict

from torch import nn
from torch.nn import functional as F


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
        ("conv1_2", nn.Conv2d(few, few, 3)), ("bn1_2", nn.BatchNorm2d(few)), ("act1_2", nn.ReLU()),
        ("pool1", nn.MaxPool2d(2)),
        ("conv2", nn.Conv2d(few, many, 3)), ("bn2", nn.BatchNorm2d(many)), ("pool2", nn.MaxPool2d(2)),
        ("flatten", nn.Flatten()), ("fc1", nn.Linear(25 * many, 500)), ("bn3", nn.BatchNorm1d(500)), ("act3", nn.ReLU()),
        ("fc2", nn.Linear(500, 10)))


def mlp():
    return named(
        ("flatten", nn.Flatten()), ("fc1", nn.Linear(784, 100)), ("act1", nn.Sigmoid()),
        ("fc2", nn.Linear(100, 30)), ("act2", nn.Sigmoid()), ("fc3", nn.Linear(30, 10)))


def lenet_bn(act, pool):
    return named(
        ("conv1", nn.Conv2d(1, 6, 5)), ("bn1", nn.BatchNorm2d(6)), ("act1", act()), ("pool1", pool(2)),
        ("conv2", nn.Conv2d(6, 16, 5)), ("bn2", nn.BatchNorm2d(16)), ("act2", act()), ("pool2", pool(2)),
        ("flatten", nn.Flatten()), ("fc1", nn.Linear(256, 120)), ("bn3", nn.BatchNorm1d(120)), ("act3", act()),
        ("fc2", nn.Linear(120, 84)), ("bn4", nn.BatchNorm1d(84)), ("act4", act()), ("fc3", nn.Linear(84, 10)))


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
    "base": lambda: base(False), "base-bn": lambda: base(True), "sk": lambda: sk(1), "sk-0.2": lambda: sk(0.2),
    "mlp-100-30-sigmoid": mlp, "lenet-bn": lambda: lenet_bn(nn.Sigmoid, nn.AvgPool2d),
    "lenet-bn-relu-max": lambda: lenet_bn(nn.ReLU, nn.MaxPool2d),
    "resnet18-cifar": lambda: resnet18(False), "resnet18-d2l": lambda: resnet18(True), "vgg": vgg,
}
