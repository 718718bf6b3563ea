"""ResNet20 x width for 32 x 32 images, named as PyTorch names it; the peer of the benchmarks, written as a plain nn.Module."""
from torch import nn
from torch.nn.functional import adaptive_avg_pool2d, relu


def conv3x3(inputs, outputs, stride=1):
    return nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = conv3x3(inputs, outputs, stride), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = conv3x3(outputs, outputs), nn.BatchNorm2d(outputs)
        changes = stride != 1 or inputs != outputs
        self.shortcut = nn.Sequential(conv3x3(inputs, outputs, stride), nn.BatchNorm2d(outputs)) if changes else nn.Sequential()

    def inner(self, x):
        return relu(self.bn1(self.conv1(x)))

    def forward(self, x):
        return relu(self.bn2(self.conv2(self.inner(x))) + self.shortcut(x))


class ResNet20(nn.Module):
    BLOCKS = 3

    def __init__(self, width=1, classes=10):
        super().__init__()
        channels = [16 * width, 32 * width, 64 * width]
        self.conv1, self.bn1 = conv3x3(3, channels[0]), nn.BatchNorm2d(channels[0])
        self.layer1 = self.layer(channels[0], channels[0], 1)
        self.layer2 = self.layer(channels[0], channels[1], 2)
        self.layer3 = self.layer(channels[1], channels[2], 2)
        self.linear = nn.Linear(channels[2], classes)

    def layer(self, inputs, outputs, stride):
        rest = [BasicBlock(outputs, outputs, 1) for _ in range(self.BLOCKS - 1)]
        return nn.Sequential(BasicBlock(inputs, outputs, stride), *rest)

    def forward(self, x):
        x = relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(adaptive_avg_pool2d(x, 1).flatten(1))

    @classmethod
    def groups(cls):
        """The permutation groups in the order of the network: each block's inside, and each stage's stream at its last block."""
        names = []
        for layer in ("layer1", "layer2", "layer3"):
            names += [f"{layer}.{block}.conv1" for block in range(cls.BLOCKS)] + [layer]
        return names

    def features(self, x, group):
        """Post-ReLU output (N, C, H, W) of a group, by a forward pass that ends there."""
        wanted, _, inside = group.partition(".")
        x = relu(self.bn1(self.conv1(x)))
        for name in ("layer1", "layer2", "layer3"):
            for index, block in enumerate(getattr(self, name)):
                if name == wanted and inside == f"{index}.conv1":
                    return block.inner(x)
                x = block(x)
            if name == wanted:
                return x
        raise ValueError(f"no group {group}")
