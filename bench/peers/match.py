"""Activation matching of two ResNet20 with one prefix pass of both networks per permutation group, in PyTorch; prints JSON."""
import argparse
import json
import struct
import time

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment

from resnet import ResNet20


def read_safetensors(path):
    """Name -> array of a safetensors file: 8 bytes of header length, a JSON header, the data."""
    kinds = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "U8": "u1", "BOOL": "?"}
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    arrays = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            arrays[name] = np.frombuffer(data[start:end], kinds[entry["dtype"]]).reshape(entry["shape"])
    return arrays


def load(path, width):
    weights = {name: torch.from_numpy(array.copy()) for name, array in read_safetensors(path).items()}
    model = ResNet20(width)
    missing, _ = model.load_state_dict(weights, strict=False)
    absent = [name for name in missing if not name.endswith("num_batches_tracked")]
    if absent:
        raise SystemExit(f"{path} lacks {', '.join(absent)}.")
    return model.eval()


class Correlation:
    """Pooled first and second moments of two sets of features, batch by batch, in float64."""

    def __init__(self):
        self.count, self.sums, self.squares, self.products = 0, [0, 0], [0, 0], 0

    def add(self, a, b):
        a, b = (x.permute(0, 2, 3, 1).reshape(-1, x.shape[1]).double() for x in (a, b))
        self.count += len(a)
        self.sums = [total + x.sum(0) for total, x in zip(self.sums, (a, b))]
        self.squares = [total + (x * x).sum(0) for total, x in zip(self.squares, (a, b))]
        self.products = self.products + a.T @ b

    def scores(self, eps):
        means = [total / self.count for total in self.sums]
        variances = [(total / self.count - mean * mean).clamp(min=0) for total, mean in zip(self.squares, means)]
        covariance = self.products / self.count - torch.outer(*means)
        scores = covariance / (torch.outer(*(variance.sqrt() for variance in variances)) + eps)
        scores[variances[0] == 0] = 0
        scores[:, variances[1] == 0] = 0
        return scores.numpy()


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("a", help="safetensors of network A, named as PyTorch names ResNet20")
parser.add_argument("b", help="safetensors of network B")
parser.add_argument("images", help="raw little-endian float32 file of normalised images, N x 3 x 32 x 32")
parser.add_argument("count", type=int, help="N")
parser.add_argument("--width", type=int, default=1)
parser.add_argument("--batch", type=int, default=128)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--eps", type=float, default=1e-4, help="added to the product of the standard deviations")
options = parser.parse_args()

torch.set_num_threads(options.threads)
images = torch.from_numpy(np.fromfile(options.images, "<f4", options.count * 3 * 32 * 32).reshape(-1, 3, 32, 32))
if len(images) != options.count:
    raise SystemExit(f"{options.images} holds {len(images)} images of 3 x 32 x 32, not {options.count}.")
networks = [load(path, options.width) for path in (options.a, options.b)]
permutations, seconds = {}, {}
with torch.no_grad():
    for group in ResNet20.groups():
        start = time.perf_counter()
        correlation = Correlation()
        for batch in images.split(options.batch):
            correlation.add(*(network.features(batch, group) for network in networks))
        # Rows are units of B: unit j of B is paired with unit p[j] of A.
        permutations[group] = linear_sum_assignment(correlation.scores(options.eps).T, maximize=True)[1].tolist()
        seconds[group] = time.perf_counter() - start
print(json.dumps({"width": options.width, "images": len(images), "threads": torch.get_num_threads(), "eps": options.eps,
                  "total_seconds": sum(seconds.values()), "seconds_per_pass": seconds, "permutations": permutations}))
