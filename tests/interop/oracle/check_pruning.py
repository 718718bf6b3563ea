"""Every round of pruning removes the smallest weights that are left, of all layers together; fine-tuning keeps them at zero."""
import numpy as np

import networks
from check_training import batches, train
from given import MODELS
from pruning import differing, kept_of, largest_kept, prunable, rounds
from table import largest_of


def compare(add, given):
    for model in MODELS:
        weights = given.arrays(f"{model}/A/weights.safetensors")
        mask = {name: np.ones(weights[name].shape, bool) for name in prunable(weights)}
        wrong, counts = 0, 0
        planned = rounds(kept_of(mask), 0.2, [0.5, 0.6])
        for folder, kept, shared in planned:
            ours = given.arrays(f"{model}/prune/{folder}/mask.safetensors")
            after = given.arrays(f"{model}/prune/{folder}/weights.safetensors")
            wrong += differing(ours, largest_kept(weights, mask, kept))
            counts += abs(kept_of(ours) - kept) + sum(int(np.count_nonzero(after[name][~ours[name]])) for name in ours)
            if folder in ("round-01", "sparsity-0.5"):
                theirs, _ = train(networks.load(model, weights), batches(given, f"A.prune.{folder}", 64, 64, 0), [0.01], mask=ours)
                add(f"{model}: arrays after a sparse step, {folder}", largest_of(after, theirs), 4e-6)
            if shared:
                weights, mask = after, ours
        add(f"{model}: weights masked differently in {len(planned)} rounds", wrong, 0)
        add(f"{model}: counts of weights kept, weights not zero where pruned", counts, 0)
