"""torchvision's networks from PyTorch through every step to a ticket, and back: what PyTorch makes of the files that espalier leaves.
  usage: chain.py [--full] [NAME...]      the environment's ESPALIER says how the program is called"""
import concurrent.futures
import os
import sys
import tempfile
import time

import numpy as np
import torch
from torch.nn.utils import prune

import models
import program
from program import espalier

CLOSE = 1e-5


def photos(folder, side):
    """Three classes, told apart by their colours."""
    random = np.random.default_rng(0)
    for part, count in (("train", 8), ("val", 2)):
        for label, name in enumerate(("cat", "dog", "owl")):
            for i in range(count):
                pixels = random.integers(0, 120, (side + i % 3, side + 5, 3), dtype=np.uint8)
                pixels[..., label] += 100
                program.png(f"{folder}/{part}/{name}/{i}.png", pixels)


def close(what, found, expected):
    difference = float((found - expected).abs().max() / expected.abs().max())
    if not difference <= CLOSE:
        raise AssertionError(f"{what}: logits differ by {difference:.1e} of the largest; expected at most {CLOSE:.0e}")
    return difference


def run(name, full, folder, images):
    """All steps; returns a row of the table."""
    started, side = time.monotonic(), models.sized(name, full)
    at = lambda file: os.path.join(folder, name, file)
    os.makedirs(at(""))
    a, b = (models.filled(name, full, seed) for seed in (1, 2))
    for model, file in ((a, "A.pth"), (b, "B.pth")):
        torch.save(model.state_dict(), at(file))
    torch.manual_seed(3)
    probe = torch.randn(3, 3, side, side)
    with torch.no_grad():
        of_a = a(probe)

    said = program.export(f"{program.HERE}/models.py:make('{name}', {full})", "--input", f"3x{side}x{side}", "--checkpoint", at("A.pth"),
                          "-o", at("net.json"), "--weights", at("A.safetensors"))
    if said[0] != 0 or "checked" not in said[1]:
        raise AssertionError(f"export ended with {said}")
    data = ("--model", at("net.json"), "--dataset", f"folder:{images}", "--image-size", side, "--normalization", "imagenet")
    quiet = ("--threads", 1, "--quiet")
    torch.save({"images": probe, "logits": of_a}, at("probe.pth"))
    forth = espalier("network", "check", at("net.json"), "--weights", at("A.pth"), "--logits", at("probe.pth"), "--json")["logits"]
    espalier("network", "check", at("net.json"), "--weights", at("A.safetensors"), "--logits", at("probe.pth"))
    if espalier("evaluate", at("A.pth"), *data, *quiet, "--json")["images"] != 6:
        raise AssertionError("evaluate saw another number of images than 6")
    espalier("prune", at("A.pth"), *data, *quiet, "--sparsity", 0.5, "--round-fraction", 0.5, "--round-epochs", 1, "--batch-size", 12,
             "--out", at("prune"))
    pruned = at("prune/sparsity-0.5/mask.safetensors")
    espalier("match", at("A.pth"), at("B.pth"), *data, *quiet, "--match-images", 12, "--out", at("pi.safetensors"))
    espalier("transplant", pruned, "--permutation", at("pi.safetensors"), "--start", at("B.pth"), "--model", at("net.json"), "--out",
             at("start"))
    espalier("convert", at("start/start.safetensors"), "--mask", at("start/mask.safetensors"), "--out", at("ticket.pth"))
    espalier("convert", at("pi.safetensors"), "--as", "axes", "--out", at("axes.pth"))
    back = [permuted(name, full, a, at("axes.pth"), probe, of_a), ticket(name, full, b, at, probe)]
    return name, sum(p.numel() for p in a.parameters()), forth["largest_relative_difference"], *back, time.monotonic() - started


def permuted(name, full, a, path, probe, of_a):
    """A's arrays, moved by PyTorch along the permutation's axes, compute what A does, and something was moved."""
    state, moved = {key: value.clone() for key, value in a.state_dict().items()}, 0
    for axis, index in torch.load(path, weights_only=True).items():
        key, dimension = axis.rsplit(".", 1)
        if index.dim() == 1:
            state[key] = state[key].index_select(int(dimension), index)
        else:  # Inputs of a grouped convolution, for every output.
            state[key] = torch.take_along_dim(state[key], index[:, :, None, None], int(dimension))
        moved += int((index != torch.arange(index.shape[-1])).sum())
    if moved == 0:
        raise AssertionError("the permutation moves nothing")
    model = models.make(name, full)
    model.load_state_dict(state)
    with torch.no_grad():
        return close("π(A)", model.eval()(probe), of_a)


def ticket(name, full, b, at, probe):
    """B under A's moved mask, as torch.nn.utils.prune has it: half of the weights are gone, the others B's, and espalier computes the
    same logits."""
    state = torch.load(at("ticket.pth"), weights_only=True)
    model = models.make(name, full)
    for path, module in list(model.named_modules()):
        for array in ("weight", "in_proj_weight"):
            if f"{path}.{array}_mask" in state:
                prune.identity(module, array)
    model.load_state_dict(state)
    for module in model.modules():  # MultiheadAttention reads its out_proj's weight without calling it, so PyTorch makes no new one.
        for hook in module._forward_pre_hooks.values():
            hook(module, None)
    masks = {key[:-len("_mask")]: value for key, value in state.items() if key.endswith("_mask")}
    kept = sum(float(mask.sum()) for mask in masks.values()) / sum(mask.numel() for mask in masks.values())
    if not 0.45 < kept < 0.55 or any(
            not torch.equal(state[f"{key}_orig"] * masks[key], b.state_dict()[key] * masks[key]) for key in masks):
        raise AssertionError(f"the ticket keeps {kept:.2f} of B's weights, or other weights than B's")
    if not masks:
        raise AssertionError("the ticket has no mask")
    with torch.no_grad():
        torch.save({"images": probe, "logits": model.eval()(probe)}, at("ticket-probe.pth"))
    found = espalier("network", "check", at("net.json"), "--weights", at("ticket.pth"), "--logits", at("ticket-probe.pth"), "--json")
    return found["logits"]["largest_relative_difference"]


def main():
    full, names = "--full" in sys.argv, [word for word in sys.argv[1:] if word != "--full"] or list(models.NARROW)
    print("| network | parameters | A in espalier | π(A) in PyTorch | ticket in PyTorch | seconds |", flush=True)
    print("|---|---|---|---|---|---|", flush=True)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        images = os.path.join(folder, "photos")
        photos(images, models.sized("", full))
        # Most of the time goes by while programs start, so two networks go at once.
        with concurrent.futures.ProcessPoolExecutor(2, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            for name, row in [(name, pool.submit(run, name, full, folder, images)) for name in names]:
                try:
                    print("| `{}` | {:,} | {:.1e} | {:.1e} | {:.1e} | {:.0f} |".format(*row.result()), flush=True)
                except Exception as fault:
                    failed += 1
                    print(f"FAILED {name}: {fault}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
