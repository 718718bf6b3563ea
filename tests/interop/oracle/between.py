"""Networks between two others: (1 - α)·θ₁ + α·θ₂, its batch-norms reset, and REPAIR (Jordan et al. 2023), layer by layer."""
import torch
from torch import nn

import networks


def mixed(first, second, alpha):
    return {name: ((1 - alpha) * first[name].astype("f8") + alpha * second[name].astype("f8")).astype("f4") for name in first}


def moments(z):
    """Mean and standard deviation of each unit over images and positions, float64."""
    samples = z.double().transpose(0, 1).flatten(1)
    return samples.mean(1), samples.var(1, unbiased=False).sqrt()


def layers(model):
    """Where units are matched: batch-norms where there are any, else every linear layer but the last."""
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    return norms or [module for module in model.modules() if isinstance(module, nn.Linear)][:-1]


def watch(model, x, before=None, after=None):
    """A pass in which before(layer, input) and after(layer, output), which may give another output, are called."""
    hooks = []
    for layer in layers(model):
        if before:
            hooks.append(layer.register_forward_pre_hook(lambda module, inputs: before(module, inputs[0])))
        if after:
            hooks.append(layer.register_forward_hook(lambda module, _, output: after(module, output)))
    with torch.no_grad():
        model(x)
    for hook in hooks:
        hook.remove()


def measured_units(model, x):
    found = []
    watch(model, x, after=lambda _, output: found.append(moments(output)))
    return found


def reset(layer, z):
    """Running statistics become those of the input, of the population."""
    if isinstance(layer, nn.BatchNorm2d):
        mean, deviation = moments(z)
        layer.running_mean.copy_(mean)
        layer.running_var.copy_(deviation ** 2)


def corrected(model_name, arrays, x, how, ends, alpha):
    """The network with its batch-norms reset on x; 'rescale' gives each unit the deviation between those of the ends,
    'repair' its mean too. ends: the measured units of both."""
    model = networks.load(model_name, arrays)
    if how == "none":
        return model
    targets = iter(zip(*ends))

    def repair(layer, output):
        (mean_1, deviation_1), (mean_2, deviation_2) = next(targets)
        mean, deviation = moments(output)
        wanted = (1 - alpha) * deviation_1 + alpha * deviation_2
        scale = torch.where((deviation <= 1e-5 * wanted) | (deviation == 0), torch.ones_like(deviation), wanted / deviation)
        shift = (((1 - alpha) * mean_1 + alpha * mean_2) if how == "repair" else mean) - scale * mean
        layer.weight.mul_(scale.view([-1] + [1] * (layer.weight.dim() - 1)))
        layer.bias.mul_(scale).add_(shift)
        shape = [1, -1] + [1] * (output.dim() - 2)
        return (output.double() * scale.view(shape) + shift.view(shape)).float()

    watch(model, x, before=reset, after=None if how == "reset" else repair)
    return model
