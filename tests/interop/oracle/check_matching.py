"""Activation matching: the same permutation on every unit that is alive in both networks, and the same objective."""
import numpy as np

from given import MODELS
from matching import activations, best, scores
from table import worst


def compare(add, given):
    for model in MODELS:
        a, b = (activations(model, given.network(model, f"{model}/{net}/weights.safetensors"), given.images["train"][:200]) for net in "AB")
        for score in ("Correlation", "Covariance", "InnerProduct"):
            ours = given.arrays(f"{model}/pi-{score}.safetensors")
            groups = {g["group"]: g for g in given.json(f"{model}/pi-{score}.json")["groups"]}
            if set(ours) != set(a):
                raise ValueError(f"groups that only one side has: {sorted(set(ours) ^ set(a))[:3]}")
            moved, units, dead, short, mean = 0, 0, 0, [], []
            for group, found in ours.items():
                value = scores(a[group], b[group], score)
                theirs, objective = best(value)
                dead_a, dead_b = (z[group].std(1) == 0 for z in (a, b))
                # Dead units score alike everywhere, so that who goes where among them is open.
                live = ~dead_b & ~dead_a[theirs] & ~dead_a[found]
                moved, units = moved + int((found[live] != theirs[live]).sum()), units + int(live.sum())
                own = value[np.arange(len(found)), found].sum()
                short.append((objective - own) / max(1, abs(value).max()))
                mean.append(abs(groups[group]["mean_score"] - own / len(found)) / max(1, abs(value).max()))
                dead += abs(groups[group]["dead_a"] - int(dead_a.sum())) + abs(groups[group]["dead_b"] - int(dead_b.sum()))
            add(f"{model}, {score}: units placed differently of {units} live ones", moved, 0)
            add(f"{model}, {score}: objective short of SciPy's", worst(short), 1e-6)
            add(f"{model}, {score}: mean scores of the groups", worst(mean), 1e-6)
            add(f"{model}, {score}: dead units", dead, 0)
