"""Networks that PyTorch exports as ONNX, each with images and the logits that PyTorch computes of them.
  usage: exported.py FOLDER [--brief]   Prints the name of every model, with "named" where its arrays have the module's names, or after #
what this PyTorch does not export. PyTorch 2.9 and newer export in two ways, by tracing as before and by torch.export (its default)."""
import os
import sys
import warnings

import torch
import torchvision.models as models
from torch import nn
from torchvision.models.vision_transformer import VisionTransformer

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(here, "../pytorch"), os.path.join(here, "../oracle")]
import tensors  # noqa: E402
import zoo  # noqa: E402


class WrittenOut(nn.Module):
    """What older exporters make of gelu, hard-swish and layer norms: formulas."""

    def __init__(self):
        super().__init__()
        self.conv, self.norm, self.fc, self.head = nn.Conv2d(3, 8, 3, padding=1), nn.LayerNorm(8), nn.Linear(8, 8), nn.Linear(8, 5)

    def forward(self, x):
        x = self.norm(self.conv(x).permute(0, 2, 3, 1))
        x = 0.5 * x * (1 + torch.erf(x / 2 ** 0.5)) + self.fc(x)
        x = x * torch.clamp(x + 3, 0, 6) / 6
        x = x.permute(0, 3, 1, 2)
        return self.head(nn.functional.avg_pool2d(x, 3, 2, 1).mean((2, 3)))


class OptionA(nn.Module):
    """Shortcuts without parameters, and a border before a convolution."""

    def __init__(self):
        super().__init__()
        self.pad, self.conv, self.bn = nn.ZeroPad2d(1), nn.Conv2d(3, 4, 3, bias=False), nn.BatchNorm2d(4, affine=False)
        self.layers, self.head = nn.ModuleList([zoo.PadBlock(4, 4, 1), zoo.PadBlock(4, 8, 2), zoo.PadBlock(8, 16, 2)]), nn.Linear(64, 5)

    def forward(self, x):
        x = nn.functional.relu6(self.bn(self.conv(self.pad(x))))
        for layer in self.layers:
            x = layer(x)
        return self.head(torch.flatten(nn.functional.max_pool2d(x, 2), 1))


def vit(**options):
    return VisionTransformer(32, 8, 2, 2, 32, 64, num_classes=10, **options)


def resnet(block, **options):
    return models.ResNet(block, [1, 1, 1, 1], num_classes=10, **options)


# Name -> (how it is made, side of an image, whether the exporter is asked to keep batch-norms and names as they are).
NETWORKS = {
    "resnet18": (lambda: resnet(models.resnet.BasicBlock), 64, True),
    "resnet18-folded": (lambda: resnet(models.resnet.BasicBlock), 64, False),
    "resnet50": (lambda: resnet(models.resnet.Bottleneck), 64, True),
    "resnext50": (lambda: resnet(models.resnet.Bottleneck, groups=32, width_per_group=4), 64, True),
    "densenet": (lambda: models.DenseNet(8, (2, 2, 2, 2), 16, num_classes=10), 64, True),
    "mobilenet_v2": (lambda: models.mobilenet_v2(width_mult=0.25, num_classes=10), 64, True),
    "mobilenet_v3": (lambda: models.mobilenet_v3_small(width_mult=0.25, num_classes=10), 64, True),
    "efficientnet_b0": (lambda: models.efficientnet_b0(num_classes=10), 64, True),
    "squeezenet": (lambda: models.squeezenet1_1(num_classes=10), 64, True),
    "googlenet": (lambda: models.googlenet(num_classes=10, aux_logits=False, init_weights=False), 64, True),
    "convnext": (lambda: models.ConvNeXt([models.convnext.CNBlockConfig(16, 32, 1), models.convnext.CNBlockConfig(32, None, 1)],
                                         num_classes=10), 64, True),
    "vit": (vit, 32, True),
    "option-a": (OptionA, 16, True),
    "written-out": (WrittenOut, 16, True),
}
# Version of operators, how the model is taken, and whether it is improved, which folds batch-norms into convolutions.
IS_NEW = tuple(map(int, torch.__version__.split(".")[:2])) >= (2, 9)
WAYS = [(13, "traced", False), (18, "exported", True), (18, "exported", False), (20, "exported", True)] if IS_NEW else [
    (13, "traced", False), (11, "traced", False), (16, "traced", False)]
BRIEF = WAYS[1:2] if IS_NEW else WAYS[:1]
ZOO = ("Classic", "Gated", "Changed", "Vit", "Mixer", "Dense", "Again")


def filled(model):
    """Random statistics, scales and shifts: none of them what a forgotten array would be."""
    for key, value in model.state_dict().items():
        if key.endswith("running_var"):
            value.uniform_(0.5, 1.5)
        elif key.endswith("running_mean"):
            value.uniform_(-0.1, 0.1)
        elif key.endswith("layer_scale") or key.endswith("gamma"):
            value.uniform_(0.1, 0.5)
        elif value.dim() == 1 and value.is_floating_point():
            value.add_(torch.empty_like(value).uniform_(-0.2, 0.2))
        elif value.is_floating_point() and float(value.abs().max()) == 0:
            value.normal_(0, 0.1)
    return model.eval()


def logits_of(model, images):
    """What the last layer says, before a log-softmax."""
    said = []
    last = [module for module in model.modules() if isinstance(module, nn.Linear)][-1:] if isinstance(model, zoo.Classic) else []
    hooks = [module.register_forward_hook(lambda module, given, result: said.append(result)) for module in last]
    result = model(images)
    for hook in hooks:
        hook.remove()
    return (said[-1] if said else result["logits"] if isinstance(result, dict) else result).detach()


def export(folder, name, model, size, keeps, way):
    torch.manual_seed(0)
    images = torch.randn(2, *size)
    opset, how, is_improved = way
    names = dict(opset_version=opset, input_names=["images"], output_names=["logits"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if how == "exported":
            torch.onnx.export(model, (images,), f"{folder}/{name}.onnx", dynamo=True, optimize=is_improved, verbose=False,
                              dynamic_shapes=({0: torch.export.Dim.AUTO},), **names)
        else:
            torch.onnx.export(
                model, images[:1], f"{folder}/{name}.onnx", do_constant_folding=not keeps,
                training=torch.onnx.TrainingMode.PRESERVE if keeps else torch.onnx.TrainingMode.EVAL,
                dynamic_axes={"images": {0: "n"}, "logits": {0: "n"}} if opset != 11 else None, **names,
                **({"dynamo": False} if IS_NEW else {}))
        logits = logits_of(model, images)
    tensors.write(f"{folder}/{name}.logits.safetensors", {"images": images.numpy(), "logits": logits.numpy()})
    torch.save(model.state_dict(), f"{folder}/{name}.pth")


def main(folder, *words):
    torch.set_num_threads(1)
    made = {name: (make, (3, side, side), keeps) for name, (make, side, keeps) in NETWORKS.items()}
    for name in ZOO:
        made[f"zoo-{name}"] = (getattr(zoo, name), getattr(getattr(zoo, name), "size", (3, 32, 32)), True)
    for at, (name, (make, size, keeps)) in enumerate(made.items()):
        torch.manual_seed(at)
        model = filled(make())
        for way in BRIEF if words else WAYS:
            title = f"{name}-{way[0]}{'i' if way[2] else ''}"
            if name == "convnext" and way[1] == "exported":
                print(f"# {title}: its means are laid out anew by the number of images, which is refused", flush=True)
                continue
            try:
                export(folder, title, model, size, keeps, way)
                print(title, "named" if keeps and not way[2] else "", flush=True)
            except Exception as fault:  # what this PyTorch does not export is no matter of ours
                print(f"# {title}: PyTorch does not export it ({type(fault).__name__}: {str(fault).splitlines()[0][:120]})", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
