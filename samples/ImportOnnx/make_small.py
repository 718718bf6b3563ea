"""Makes small.onnx: python3 make_small.py EMBEDDED-FOLDER small.onnx, with PyTorch (1.13 made the one here)."""
import gzip
import sys

import torch
from torch import nn

embedded, target = sys.argv[1:]


def read(name, header):
    with gzip.open(f"{embedded}/{name}.gz") as file:
        return torch.tensor(list(file.read()[header:]), dtype=torch.uint8)


images = (read("train-images-idx3-ubyte", 16).view(-1, 1, 28, 28).float() / 255 - 0.2860) / 0.3530
labels = read("train-labels-idx1-ubyte", 8).long()
torch.manual_seed(0)
torch.set_num_threads(1)
model = nn.Sequential(
    nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.BatchNorm2d(8), nn.ReLU(),
    nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
    nn.Flatten(), nn.Linear(16 * 49, 10),
)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
for batch in torch.randperm(len(labels)).split(128):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images[batch]), labels[batch]).backward()
    optimizer.step()
model.eval()
torch.onnx.export(model, images[:1], target, input_names=["images"], dynamic_axes={"images": {0: "N"}}, do_constant_folding=False, training=torch.onnx.TrainingMode.PRESERVE)
