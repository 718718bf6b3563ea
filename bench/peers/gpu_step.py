"""Times training steps of ResNet20 x width in PyTorch on a GPU, on one fixed batch, and prints one line of JSON."""
import argparse
import contextlib
import json
import time

import torch
from torch.nn.functional import cross_entropy

from resnet import ResNet20

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--variant", choices=["plain", "tuned", "graph"], default="plain",
                    help="plain: NCHW, float32; tuned: channels-last with bfloat16 autocast; graph: the same in one CUDA graph")
parser.add_argument("--width", type=int, default=1, help="channels are 16, 32, 64 times this")
parser.add_argument("--seconds", type=float, default=3)
parser.add_argument("--batch", type=int, default=128)
options = parser.parse_args()
if not torch.cuda.is_available():
    raise SystemExit("PyTorch finds no GPU")

torch.manual_seed(0)
layout = torch.contiguous_format if options.variant == "plain" else torch.channels_last
model = ResNet20(options.width).cuda().to(memory_format=layout).train()
optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, weight_decay=5e-4)
images = torch.randn(options.batch, 3, 32, 32, device="cuda").contiguous(memory_format=layout)
labels = torch.randint(10, (options.batch,), device="cuda")


def step():
    optimizer.zero_grad(set_to_none=True)
    # Casts that autocast keeps from step to step would not be part of a graph.
    with contextlib.nullcontext() if options.variant == "plain" else torch.autocast("cuda", dtype=torch.bfloat16, cache_enabled=False):
        loss = cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()


side = torch.cuda.Stream()
with torch.cuda.stream(side):
    for _ in range(10):
        step()
torch.cuda.current_stream().wait_stream(side)
run = step
if options.variant == "graph":
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    run = graph.replay
torch.cuda.synchronize()
start, done = time.perf_counter(), 0
while time.perf_counter() - start < options.seconds:
    for _ in range(20):
        run()
    torch.cuda.synchronize()
    done += 20
print(json.dumps({"variant": options.variant, "width": options.width, "torch": torch.__version__,
                  "images_per_second": done * options.batch / (time.perf_counter() - start)}))
