"""From two networks to a mask that fits the second. Options that are not named here are the command line's, with underscores."""
import os
import tempfile

from .files import Permutation, load
from .program import run


def evaluate(weights, **options):
    """{"accuracy_percent", "loss", "images", ...} of a network, such as evaluate("A.pth", model="net.json", dataset="folder:photos")."""
    return run("evaluate", weights, json=True, quiet=True, **options)


def match(a, b, out=None, numpy=False, **options):
    """The permutation that aligns A's units with B's. out: its file, to be kept; scores of every group are in `.scores`."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.fspath(out) if out else os.path.join(folder, "permutation.safetensors")
        scores = run("match", a, b, out=path, json=True, quiet=True, **options)
        return permutation(path, numpy, scores=scores, kept=out is not None)


def permutation(file, numpy=False, scores=None, kept=True):
    """A permutation that was found before, from its file."""
    with tempfile.TemporaryDirectory() as folder:
        groups, axes = (os.path.join(folder, f"{form}.safetensors") for form in ("groups", "axes"))
        run("convert", file, **{"as": "groups"}, out=groups)
        run("convert", file, **{"as": "axes"}, out=axes)
        named = {}
        for name, index in load(axes, numpy).items():
            array, _, axis = name.rpartition(".")
            named[array, int(axis)] = index
        return Permutation(load(groups, numpy), named, file if kept else None, scores)


def mask(source, sparsity=None, out=None, numpy=False, **options):
    """A mask: name of an array -> Boolean tensor, true where kept.

    source: a file with a mask (or with pairs of torch.nn.utils.prune); with `sparsity` a network, which is pruned to it iteratively, in
    the folder `out` if it is given.
    """
    with tempfile.TemporaryDirectory() as folder:
        if sparsity is not None:
            sparsity = float(sparsity)
            kept = os.fspath(out) if out else os.path.join(folder, "pruned")
            run("prune", source, sparsity=sparsity, out=kept, quiet=True, **options)
            return mask(os.path.join(kept, f"sparsity-{sparsity!r}", "mask.safetensors"), numpy=numpy)
        path = os.path.join(folder, "mask.safetensors")
        run("convert", source, **{"as": "mask"}, out=path, **options)
        return load(path, numpy)


def transplant(mask_file, permutation=None, start=None, out=None, numpy=False, **options):
    """(A's mask moved, B's weights under it). permutation: a file, or what match(..., out=FILE) gave; none leaves the mask as it is.
    start: B's weights, of whichever epoch a training is to go on from."""
    file = permutation.path if isinstance(permutation, Permutation) else permutation
    if isinstance(permutation, Permutation) and file is None:
        raise ValueError("the permutation was not kept in a file; expected match(..., out=FILE)")
    if start is None:
        raise ValueError("start is missing; expected B's weights (permutation.apply moves a mask alone)")
    with tempfile.TemporaryDirectory() as folder:
        kept = os.fspath(out) if out else os.path.join(folder, "start")
        run("transplant", mask_file, permutation=file, start=start, out=kept, **options)
        return load(os.path.join(kept, "mask.safetensors"), numpy), load(os.path.join(kept, "start.safetensors"), numpy)


def align(a, b, out, numpy=False, **options):
    """{"weights": A's, aligned with B, "permutation", "barrier": what `align` says of it}; all files and the page are left in `out`."""
    said = run("align", a, b, out=out, json=True, quiet=True, **options)
    aligned = next(name for name in os.listdir(out) if name.startswith("aligned."))
    return {"weights": load(os.path.join(out, aligned), numpy),
            "permutation": permutation(os.path.join(out, "permutation.safetensors"), numpy), "barrier": said}
