"""Before the commands run: images, and networks that PyTorch made.   usage: prepare.py EMBEDDED FOLDER"""
import sys

import numpy as np
import torch
from torch.nn.utils import prune

import images
import networks
import tensors

TRAIN, TEST, PROBE = 256, 250, 64


def settled(name, seen):
    """A network with weights and batch-norms that are no longer those of an initialization."""
    model = networks.named(name)
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.weight.uniform_(0.5, 1.5)
                module.bias.normal_(0, 0.2)
        model.train()(seen)
    return model.eval()


def main(embedded, folder):
    torch.manual_seed(0)
    torch.set_num_threads(1)
    images.cut(embedded, f"{folder}/data/fashion-mnist", TRAIN, TEST)
    pixels = images.read_idx(f"{folder}/data/fashion-mnist/t10k-images-idx3-ubyte")[:PROBE]
    tensors.write(f"{folder}/probe.safetensors", {"images": images.normalised(pixels)})
    seen = torch.from_numpy(images.normalised(pixels))
    padded = "resnet20:shortcut=zero-pad"
    made = (("resnet20:shortcut=conv1x1", "conv1x1"), (padded, "zero-pad"), (padded, "zero-pad-b"), ("vgg11", "vgg11"), ("mlp", "mlp"))
    for name, file in made:
        torch.save(settled(name, seen).state_dict(), f"{folder}/{file}.pth")
    pruned = settled("mlp", seen)
    layers = [(getattr(pruned, layer), "weight") for layer in ("fc1", "fc2", "fc3")]
    prune.global_unstructured(layers, prune.L1Unstructured, amount=0.8)
    torch.save(pruned.state_dict(), f"{folder}/pruned.pth")
    random = np.random.default_rng(0)
    tensors.write(f"{folder}/assign.safetensors", {
        **{f"ties {n} of {values}": random.integers(0, values, (n, n)).astype("f8") for n in (5, 64, 200) for values in (2, 10, 1000)},
        **{f"uniform {n}": random.random((n, n)) for n in (1, 7, 256)},
        "product 128": random.standard_normal((128, 16)) @ random.standard_normal((16, 128)),
        "constant 32": np.full((32, 32), -3.25)})


main(*sys.argv[1:])
