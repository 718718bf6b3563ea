"""Activation matching: the same permutation on every unit that is alive in both networks, and the same objective."""
import numpy as np

from given import MODELS
from matching import activations, best, scores
from table import worst

CHOICES = {"mlp": ("Last",), "resnet20": ("Last", "Sum", "FinalStreamOneBlockEarly")}


def compare(add, given):
    for model in MODELS:
        for choice in CHOICES[model]:
            networks = [given.network(model, f"{model}/{net}/weights.safetensors") for net in "AB"]
            a, b = (activations(model, network, given.images["train"][:200], choice) for network in networks)
            for score in ("Correlation", "Covariance", "InnerProduct") if choice == "Last" else ("Correlation",):
                file = f"{model}/pi-{score}{'' if choice == 'Last' else '-' + choice}"
                held_against(lambda quantity, *rest, title=f"{model}, {score}, {choice}": add(f"{title}: {quantity}", *rest),
                             given.arrays(f"{file}.safetensors"), given.json(f"{file}.json")["groups"], a, b, score)


def held_against(add, ours, groups, a, b, score):
    """A permutation and its groups' scores against those of activations."""
    summaries = {summary["group"]: summary for summary in groups}
    if set(ours) != set(a):
        raise ValueError(f"groups that only one side has: {sorted(set(ours) ^ set(a))[:3]}")
    moved, units, dead, short, mean = 0, 0, 0, [], []
    for group, found in ours.items():
        value = sum(scores(za, zb, score) for za, zb in zip(a[group], b[group]))
        theirs, objective = best(value)
        dead_a, dead_b = (np.all([place.std(1) == 0 for place in net[group]], 0) for net in (a, b))
        # Dead units score alike everywhere, so that who goes where among them is open.
        live = ~dead_b & ~dead_a[theirs] & ~dead_a[found]
        moved, units = moved + int((found[live] != theirs[live]).sum()), units + int(live.sum())
        own, scale, summary = value[np.arange(len(found)), found].sum(), max(1, abs(value).max()), summaries[group]
        short.append((objective - own) / scale)
        mean.append(abs(summary["mean_score"] - own / len(found)) / scale)
        dead += abs(summary["dead_a"] - int(dead_a.sum())) + abs(summary["dead_b"] - int(dead_b.sum()))
    add(f"units placed differently of {units} live ones", moved, 0)
    add("objective short of SciPy's", worst(short), 1e-6)
    add("mean scores of the groups", worst(mean), 1e-6)
    add("dead units", dead, 0)
