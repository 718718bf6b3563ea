"""The networks of appendix A.1 as PyTorch modules, with PyTorch's names."""
import torch
from torch import nn
from torch.nn.functional import pad, relu


class Mlp(nn.Module):
    def __init__(self, inputs, depth, width, classes=10):
        super().__init__()
        sizes = [inputs] + [width] * depth + [classes]
        for layer in range(depth + 1):
            setattr(self, f"fc{layer + 1}", nn.Linear(sizes[layer], sizes[layer + 1]))
        self.depth = depth

    def forward(self, x):
        x = x.flatten(1)
        for layer in range(self.depth):
            x = relu(getattr(self, f"fc{layer + 1}")(x))
        return getattr(self, f"fc{self.depth + 1}")(x)


class PadShortcut(nn.Module):
    """He et al. 2016, option A: every second position, zero channels on both sides."""

    def __init__(self, missing):
        super().__init__()
        self.missing = missing

    def forward(self, x):
        return pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.missing // 2, self.missing // 2))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride, shortcut):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
        kernel = {"conv3x3": 3, "conv1x1": 1, "zero-pad": 0}[shortcut]
        if stride == 1 and inputs == outputs:
            self.shortcut = nn.Sequential()
        elif kernel:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs))
        else:
            self.shortcut = PadShortcut(outputs - inputs)

    def forward(self, x):
        return relu(self.bn2(self.conv2(relu(self.bn1(self.conv1(x))))) + self.shortcut(x))


class ResNet20(nn.Module):
    def __init__(self, channels=1, width=1, shortcut="conv3x3", classes=10, blocks=3):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, 16 * width, 3, 1, 1, bias=False), nn.BatchNorm2d(16 * width)
        inputs = 16 * width
        for stage in (1, 2, 3):
            outputs, made = 16 * width << (stage - 1), []
            for block in range(blocks):
                made.append(Block(inputs, outputs, 2 if stage > 1 and block == 0 else 1, shortcut))
                inputs = outputs
            setattr(self, f"layer{stage}", nn.Sequential(*made))
        self.linear = nn.Linear(inputs, classes)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(relu(self.bn1(self.conv1(x))))))
        return self.linear(x.mean((2, 3)))


class Vgg11(nn.Module):
    def __init__(self, channels=1, classes=10):
        super().__init__()
        layers, inputs = [], channels
        for layer, outputs in enumerate((64, 128, 256, 256, 512, 512, 512, 512)):
            layers += [nn.Conv2d(inputs, outputs, 3, 1, 1), nn.ReLU()] + ([nn.MaxPool2d(2)] if layer in (0, 1, 3, 5, 7) else [])
            inputs = outputs
        self.features, self.classifier = nn.Sequential(*layers), nn.Linear(inputs, classes)

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


def named(name):
    """The network that Espalier calls so, for images 1 x 32 x 32."""
    return {"mlp": lambda: Mlp(1024, 2, 64), "vgg11": Vgg11, "resnet20": ResNet20,
            "resnet20:shortcut=conv1x1": lambda: ResNet20(shortcut="conv1x1"),
            "resnet20:shortcut=zero-pad": lambda: ResNet20(shortcut="zero-pad")}[name]()


def fill(model, arrays):
    """Puts arrays into a network: no name may be missing, none left over, but for the counter that only PyTorch keeps."""
    missing, unexpected = model.load_state_dict({key: torch.from_numpy(array.copy()) for key, array in arrays.items()}, strict=False)
    wrong = [key for key in missing if not key.endswith("num_batches_tracked")] + unexpected
    if wrong:
        raise ValueError(f"names that only one side has: {wrong[:3]}")
    return model.eval()


def load(name, arrays):
    return fill(named(name), arrays)


def arrays_of(model):
    return {key: value.detach().numpy().copy() for key, value in model.state_dict().items() if not key.endswith("num_batches_tracked")}
