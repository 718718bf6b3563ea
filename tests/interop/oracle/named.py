"""A network that has torchvision's name against torchvision's: written with random weights, or compared, as a row of docs/networks.md.
  usage: named.py names   |   named.py write FOLDER NAME   |   named.py compare FOLDER NAME PARAMETERS GROUPS"""
import sys

import torch
import torchvision
from torchvision.models.vision_transformer import VisionTransformer

import tensors
from mixer import Mixer

CLASSES, SIDE = 10, 64

# What Espalier calls it -> torchvision's constructor.
NETWORKS = {
    "vgg11:head=torchvision": lambda m: m.vgg11,
    **{name: (lambda m, name=name: getattr(m, name)) for name in (
        "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn", "resnet18", "resnet34", "resnet50", "resnet101",
        "resnext50_32x4d", "wide_resnet50_2", "densenet121", "mobilenet_v2", "efficientnet_b0", "convnext_tiny")},
    "vit_b_16": lambda m: lambda weights, num_classes: m.vit_b_16(image_size=SIDE, num_classes=num_classes),
    "vit_small": lambda m: lambda weights, num_classes: VisionTransformer(SIDE, 16, 12, 6, 384, 1536, num_classes=num_classes),
    "vit_tiny": lambda m: lambda weights, num_classes: VisionTransformer(SIDE, 16, 12, 3, 192, 768, num_classes=num_classes),
    "mixer_s16": lambda m: lambda weights, num_classes: Mixer(SIDE, num_classes),
}


def made(name):
    """Random weights, scales, shifts and statistics, none of which is what a forgotten array would be."""
    torch.manual_seed(list(NETWORKS).index(name))
    model = NETWORKS[name](torchvision.models)(weights=None, num_classes=CLASSES)
    for key, value in model.state_dict().items():
        if key.endswith("running_var"):
            value.uniform_(0.5, 1.5)
        elif key.endswith("running_mean"):
            value.uniform_(-0.1, 0.1)
        elif key.endswith("layer_scale"):
            value.uniform_(0.1, 0.5)
        elif key == "class_token" or key.startswith("heads.head"):  # zero in torchvision
            value.normal_(0, 0.1)
        elif value.dim() == 1 and value.is_floating_point():
            value.add_(torch.empty_like(value).uniform_(-0.2, 0.2))
    return model.eval()


def file_of(folder, name):
    return f"{folder}/{name.split(':')[0]}"


def write(folder, name):
    torch.manual_seed(0)
    tensors.write(f"{folder}/probe.safetensors", {"images": torch.randn(2, 3, SIDE, SIDE).numpy()})
    torch.save(made(name).state_dict(), file_of(folder, name) + ".pth")


def compare(folder, name, parameters, groups):
    images = torch.from_numpy(tensors.read(f"{folder}/probe.safetensors")["images"].copy())
    model = made(name)
    with torch.no_grad():
        theirs = model(images)
    ours = torch.from_numpy(tensors.read(file_of(folder, name) + ".logits.safetensors")["logits"].copy())
    difference = float((ours - theirs).abs().max() / theirs.abs().max())
    if int(parameters) != sum(p.numel() for p in model.parameters()):
        sys.exit(f"{name} has {parameters} parameters, torchvision's {sum(p.numel() for p in model.parameters())}")
    print(f"| `{name}` | {int(parameters):,} | {groups} | {difference:.1e} |", flush=True)
    if not difference < 1e-5:
        sys.exit(f"the difference is {difference:.1e}; expected less than 1e-5")


torch.set_num_threads(1)
if sys.argv[1] == "names":
    print(" ".join(NETWORKS))
else:
    {"write": write, "compare": compare}[sys.argv[1]](*sys.argv[2:])
