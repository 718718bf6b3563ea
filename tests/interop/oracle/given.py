"""What the commands left in the folder, and what a network makes of images."""
import json

import numpy as np
import torch
from torch.nn.functional import cross_entropy

import images
import networks
import tensors

MODELS = ("mlp", "resnet20")


class Given:
    def __init__(self, folder, embedded):
        self.folder, self.embedded = folder, embedded
        read = lambda part, kind: images.read_idx(f"{folder}/data/fashion-mnist/{part}-{kind}-ubyte")
        self.pixels = {"train": read("train", "images-idx3"), "test": read("t10k", "images-idx3")}
        self.images = {split: torch.from_numpy(images.normalised(pixels)) for split, pixels in self.pixels.items()}
        self.labels = {"train": torch.from_numpy(read("train", "labels-idx1").astype("i8")),
                       "test": torch.from_numpy(read("t10k", "labels-idx1").astype("i8"))}

    def arrays(self, path):
        return tensors.read(f"{self.folder}/{path}")

    def json(self, path):
        with open(f"{self.folder}/{path}", encoding="utf-8") as file:
            return json.load(file)

    def lines(self, path):
        with open(f"{self.folder}/{path}", encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def network(self, model, path):
        return networks.load(model, self.arrays(path))


def logits(model, x, size=125):
    with torch.no_grad():
        return torch.cat([model(part) for part in x.split(size)])


def measured(model, x, labels):
    """(mean loss, images classified rightly)."""
    found = logits(model, x)
    return float(cross_entropy(found.double(), labels)), int((found.argmax(1) == labels).sum())


def relative(a, b):
    """Largest difference as a share of the largest value."""
    a, b = np.asarray(a, "f8"), np.asarray(b, "f8")
    return float(abs(a - b).max() / abs(b).max())
