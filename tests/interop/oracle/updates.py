"""Masks that change in training: RigL, SET and gradual pruning; updates fall into steps D, 2D, ... before the end of the changes."""
import math

import numpy as np

from pruning import largest_kept, rounded

EVERY, FRACTION, UNTIL = 2, 0.3, 0.75


def updates(steps):
    return math.ceil(UNTIL * steps / EVERY) - 1


def due(step, steps):
    return step % EVERY == 0 and step // EVERY <= updates(steps)


def places(values, allowed, count):
    """The largest values that are allowed, among equals the first."""
    ranked = np.where(allowed, abs(values), -1).ravel()
    chosen = np.zeros(ranked.size, bool)
    chosen[np.argsort(-ranked, kind="stable")[:count]] = True
    return chosen.reshape(values.shape)


def drop_and_grow(mask, weights, gradients, step, steps, random=None):
    """Of each layer the share a/2 (1 + cos(pi t / T_end)) goes, by magnitude, and as many grow, by gradient or at random
    (Evci et al. 2020)."""
    share, changed = FRACTION / 2 * (1 + math.cos(math.pi * step / (UNTIL * steps))), {}
    for name, kept in mask.items():
        count = math.floor(share * kept.sum())
        remain = places(weights[name], kept, int(kept.sum()) - count)
        if random is None:
            grown = places(gradients[name], ~remain, count)
        else:
            free = np.flatnonzero(~remain)
            grown = np.zeros(kept.size, bool)
            grown[free[random.order(len(free))[:count]]] = True
            grown = grown.reshape(kept.shape)
        changed[name] = remain | grown
    return changed


def gradual(mask, weights, kept, step, steps):
    """Sparsity S (1 - (1 - t / t_n)^3) (Zhu and Gupta 2017)."""
    total = sum(m.size for m in mask.values())
    left = (1 - step // EVERY / updates(steps)) ** 3
    return largest_kept(weights, mask, kept + rounded((total - kept) * left))


def train(optimizer, mask, made, rates, kept, rule, streams):
    """All steps, with the changes of a rule or none; RigL's update takes the place of its step, the others' follow theirs.
    The mask at the end."""
    steps = len(rates)
    optimizer.keep(mask)
    for step, ((x, labels), rate) in enumerate(zip(made, rates), 1):
        gradients, _ = optimizer.gradients(x, labels)
        if not (rule == "rigl" and due(step, steps)):
            optimizer.step(gradients, rate)
        if rule and due(step, steps):
            weights = {name: w.detach().numpy() for name, w in optimizer.model.named_parameters() if name in mask}
            flat = {name: g.numpy() for name, g in gradients.items()}
            if rule == "gmp":
                mask = gradual(mask, weights, kept, step, steps)
            else:
                mask = drop_and_grow(mask, weights, flat, step, steps, streams(step) if rule == "set" else None)
            optimizer.keep(mask)
    return mask
