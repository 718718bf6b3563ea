"""torchvision's networks of the last step of this folder: the real ones, or narrow ones of the same classes."""
import torch
import torchvision.models as m
from torch import nn
from torchvision.models.convnext import CNBlockConfig, ConvNeXt
from torchvision.models.densenet import DenseNet
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet
from torchvision.models.vgg import VGG, make_layers
from torchvision.models.vision_transformer import VisionTransformer

CLASSES = 3


def vgg(classes):
    cfg = [8, 8, "M", 16, 16, "M", 32, 32, 32, "M", 64, 64, 64, "M", 64, 64, 64, "M"]
    network = VGG(make_layers(cfg, batch_norm=True), num_classes=classes, init_weights=False)
    network.classifier = nn.Sequential(nn.Linear(64 * 49, 32), nn.ReLU(True), nn.Dropout(), nn.Linear(32, classes))
    return network


NARROW = {
    "resnet18": lambda n: ResNet(BasicBlock, [2, 2, 2, 2], num_classes=n),
    "resnet50": lambda n: ResNet(Bottleneck, [3, 4, 6, 3], num_classes=n, width_per_group=8),
    "vgg16_bn": vgg,
    "densenet121": lambda n: DenseNet(8, (6, 12, 24, 16), 16, num_classes=n),
    "mobilenet_v2": lambda n: m.mobilenet_v2(num_classes=n, width_mult=0.25),
    "resnext50_32x4d": lambda n: ResNet(Bottleneck, [3, 4, 6, 3], num_classes=n, groups=4, width_per_group=4),
    "convnext_tiny": lambda n: ConvNeXt([CNBlockConfig(8, 16, 3), CNBlockConfig(16, 32, 3), CNBlockConfig(32, 64, 9),
                                         CNBlockConfig(64, None, 3)], num_classes=n),
    "vit_b_16": lambda n: VisionTransformer(32, 8, 12, 4, 32, 64, num_classes=n),
}


def sized(name, full):
    """Side of the images."""
    return 224 if full else 32


def make(name, full=False, classes=CLASSES):
    return getattr(m, name)(num_classes=classes) if full else NARROW[name](classes)


def filled(name, full, seed):
    """Random weights, scales, shifts and statistics, so that no array could be forgotten."""
    torch.manual_seed(seed)
    model = make(name, full)
    with torch.no_grad():
        for key, value in model.state_dict().items():
            if key.endswith("running_var"):
                value.uniform_(0.5, 1.5)
            elif key.endswith("layer_scale") or value.dim() == 1 and value.is_floating_point():
                value.add_(torch.empty_like(value).uniform_(-0.2, 0.2))
            elif value.is_floating_point() and not value.any():
                value.normal_(0, 0.1)
    return model.eval()
