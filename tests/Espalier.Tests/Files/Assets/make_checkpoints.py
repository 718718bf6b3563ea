"""Makes the real PyTorch checkpoints that the tests read: python3 make_checkpoints.py (PyTorch 1.13).

Every value follows from its position, so that the tests can state what must come out.
"""
import argparse
import collections
import datetime
import fractions
import os
import pathlib

import numpy as np
import torch
import torch.nn.utils.prune as prune

HERE = os.path.dirname(os.path.abspath(__file__))


def ramp(*shape, dtype=torch.float32, start=0):
    count = 1
    for length in shape:
        count *= length
    return (torch.arange(count, dtype=torch.float64) + start).reshape(shape).to(dtype)


def save(value, name, **options):
    torch.save(value, os.path.join(HERE, name), **options)


# Every element type, and views: transposed, channels last, a slice with an offset, an expanded row, a scalar, an empty tensor.
base = ramp(4, 6)
kinds = collections.OrderedDict(
    f32=ramp(2, 3) / 8, f64=ramp(3, dtype=torch.float64) / 3, f16=ramp(5, dtype=torch.float16) / 4, bf16=ramp(5, dtype=torch.bfloat16) * 3,
    i64=ramp(3, dtype=torch.int64, start=2**40), i32=ramp(3, dtype=torch.int32, start=-1), i16=ramp(3, dtype=torch.int16, start=-1),
    i8=ramp(3, dtype=torch.int8, start=-1), u8=ramp(3, dtype=torch.uint8, start=253), flag=torch.tensor([True, False, True]),
    transposed=base.t(), window=base[1:3, 2:5], every_second=base[:, ::2], expanded=ramp(1, 3).expand(4, 3), tied=base,
    channels_last=ramp(2, 3, 2, 2).contiguous(memory_format=torch.channels_last), scalar=torch.tensor(7.5), empty=torch.zeros(0, 3),
)
kinds["gewicht ß 重み 🌱"] = torch.nn.Parameter(ramp(2))
save(kinds, "kinds.pt")

# A training checkpoint as scripts write it: DataParallel's prefix, an optimizer that must be left out.
net = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2), torch.nn.Flatten(), torch.nn.Linear(8, 2))
with torch.no_grad():
    for number, parameter in enumerate(net.parameters()):
        parameter.copy_(ramp(*parameter.shape, start=100 * number))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
net(torch.ones(2, 1, 4, 4)).sum().backward()
optimizer.step()
with torch.no_grad():
    for number, parameter in enumerate(net.parameters()):
        parameter.copy_(ramp(*parameter.shape, start=100 * number))
state = {"module." + name: value for name, value in net.state_dict().items()}
save({"epoch": 3, "acc": 0.5, "big": 2**70, "state_dict": state, "optimizer": optimizer.state_dict(), "note": "three epochs"}, "training.pth")

# A pruned layer: weight_orig and weight_mask.
layer = torch.nn.Linear(3, 2)
with torch.no_grad():
    layer.weight.copy_(ramp(2, 3))
    layer.bias.copy_(ramp(2))
prune.custom_from_mask(layer, "weight", torch.tensor([[1, 0, 1], [0, 1, 0]]))
save(layer.state_dict(), "pruned.pt", pickle_protocol=4)

# The format from before 1.6.
save({"w": ramp(2)}, "legacy.pt", _use_new_zipfile_serialization=False)
save(kinds, "legacy-kinds.pt", _use_new_zipfile_serialization=False)
save({"epoch": 3, "state_dict": state, "optimizer": optimizer.state_dict()}, "legacy-training.pth", _use_new_zipfile_serialization=False)

# A whole module, and a single tensor: each must be refused.
save(torch.nn.Linear(1, 1), "module.pt")
save(ramp(2), "single.pt")

# What training scripts put beside the weights of a small perceptron that was compiled, parallel and part of a Lightning module: Python objects
# of many kinds, which must be skipped, and a tensor of complex numbers, which is of a kind that is not read.
small = collections.OrderedDict()
for number, (name, shape) in enumerate({"fc1.weight": (4, 4), "fc1.bias": (4,), "fc2.weight": (3, 4), "fc2.bias": (3,)}.items()):
    small["model._orig_mod.module." + name] = ramp(*shape, start=100 * number)
counts = collections.defaultdict(list)
counts["a"].append(1)
beside = {
    "hyper_parameters": argparse.Namespace(lr=0.1, widths=[1, 2]), "tags": {"a", "b"}, "frozen": frozenset([1]), "counts": counts,
    "best": np.float32(0.5), "curve": np.arange(3.0), "when": datetime.datetime(2020, 1, 2), "where": pathlib.PurePosixPath("/tmp/x"),
    "phase": 1 + 2j, "order": collections.Counter("aab"), "half": fractions.Fraction(1, 2), "device": torch.device("cpu"), "type": torch.float16,
    "range": range(3), "kind": argparse.Namespace, "history": collections.deque([1, 2]), "raw": b"bytes", "spectrum": torch.zeros(2, dtype=torch.complex64),
    "rng": torch.get_rng_state()[:4].clone(), ("a", "key"): {"is": "no name"}, "state_dict": small,
}
save(beside, "objects.ckpt")
save(beside, "objects4.th", pickle_protocol=4)
