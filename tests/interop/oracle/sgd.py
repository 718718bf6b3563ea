"""SGD with momentum and weight decay, written out: v <- m v + (g + d w), w <- w - r v, where a mask keeps; and the schedules."""
import math

import torch
from torch.nn.functional import cross_entropy


def factor(schedule, step, steps_per_epoch, epochs):
    """The share of the full learning rate in force after so many steps."""
    done = {"CosineBySteps": step / (steps_per_epoch * epochs), "CosineByEpochs": step // steps_per_epoch / epochs, "Constant": 0}[schedule]
    return 0.5 * (1 + math.cos(math.pi * done))


class Sgd:
    """Trains a network. Maps lie in memory as Espalier's do, channels last: there PyTorch's batch-norm sums in float32 (see README.md)."""

    def __init__(self, model, momentum=0.9, decay=5e-4, mask=None):
        model.to(memory_format=torch.channels_last)
        self.model, self.momentum, self.decay = model, momentum, decay
        self.velocity = {name: torch.zeros_like(w) for name, w in model.named_parameters()}
        self.mask = {}
        self.keep({} if mask is None else mask)

    def keep(self, mask):
        """From now on only these weights: the others lose their value and their momentum."""
        self.mask = {name: torch.from_numpy(kept.copy()) for name, kept in mask.items()}
        with torch.no_grad():
            for name, w in self.model.named_parameters():
                if name in self.mask:
                    w[~self.mask[name]] = 0
                    self.velocity[name][~self.mask[name]] = 0

    def gradients(self, x, labels):
        """Of the mean loss of a batch, batch-norm as in training; the loss as well."""
        self.model.train().zero_grad()
        loss = cross_entropy(self.model(x.contiguous(memory_format=torch.channels_last)), labels)
        loss.backward()
        return {name: w.grad.clone() for name, w in self.model.named_parameters()}, float(loss)

    def step(self, gradients, rate):
        with torch.no_grad():
            for name, w in self.model.named_parameters():
                g = gradients[name] + self.decay * w
                if name in self.mask:
                    g = g * self.mask[name]
                self.velocity[name].mul_(self.momentum).add_(g)
                w.sub_(rate * self.velocity[name])
