"""Times one training step of ResNet20 x width in PyTorch and prints one line of JSON."""
import argparse
import contextlib
import json
import statistics
import time

import torch
from torch.nn.functional import cross_entropy

from resnet import ResNet20

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--variant", choices=["plain", "channels-last", "tuned"], default="plain",
                    help="plain: NCHW, float32; channels-last: float32; tuned: channels-last with bfloat16 autocast")
parser.add_argument("--width", type=int, default=1, help="channels are 16, 32, 64 times this")
parser.add_argument("--steps", type=int, default=20, help="timed steps")
parser.add_argument("--warmup", type=int, default=5, help="steps before them")
parser.add_argument("--batch", type=int, default=128)
parser.add_argument("--threads", type=int, default=2)
options = parser.parse_args()

torch.set_num_threads(options.threads)
torch.manual_seed(0)
layout = torch.contiguous_format if options.variant == "plain" else torch.channels_last
model = ResNet20(options.width).to(memory_format=layout).train()
optimizer = torch.optim.SGD(model.parameters(), lr=0.08, momentum=0.9, weight_decay=5e-4)
images = torch.randn(options.batch, 3, 32, 32).contiguous(memory_format=layout)
labels = torch.randint(10, (options.batch,))


def precision():
    return torch.autocast("cpu", dtype=torch.bfloat16) if options.variant == "tuned" else contextlib.nullcontext()


def step():
    optimizer.zero_grad(set_to_none=True)
    with precision():
        loss = cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()


for _ in range(options.warmup):
    step()
times = []
for _ in range(options.steps):
    start = time.perf_counter()
    step()
    times.append(1e3 * (time.perf_counter() - start))
print(json.dumps({"variant": options.variant, "width": options.width, "threads": torch.get_num_threads(),
                  "median_ms": statistics.median(times), "min_ms": min(times), "steps": options.steps}))
