"""Training steps with batch-norm, momentum and weight decay, in Espalier's order of images; augmentation; the learning rate."""
import torch

import images
import networks
from given import MODELS
from sgd import Sgd, factor
from streams import Stream
from table import largest_of, worst


def batches(given, stream, count, batch, epoch, augment=False, drop_last=False, seed=0):
    """Images and labels of an epoch over the first images, in the order that the stream of its number gives."""
    pixels, random = given.pixels["train"][:count], Stream(seed, stream, epoch)
    order = random.order(count)
    for start in range(0, count, batch):
        chosen = order[start:start + batch]
        if drop_last and len(chosen) < batch:
            return
        x = images.normalised(images.augmented(pixels, chosen, random) if augment else pixels[chosen])
        yield torch.from_numpy(x), given.labels["train"][chosen]


def train(network, made, rates, **options):
    """A step a batch; the network, and the losses."""
    optimizer, losses = Sgd(network, **options), []
    for (x, labels), rate in zip(made, rates):
        gradients, loss = optimizer.gradients(x, labels)
        optimizer.step(gradients, rate)
        losses.append(loss)
    return networks.arrays_of(network), losses


def each_step(given, model):
    """Steps of Espalier's, each taken again from where it was: largest differences of the arrays, and of the losses."""
    paths = [f"{model}/steps/{name}.safetensors" for name in ("epoch-0000", "epoch-0001", "epoch-0002", "weights")]
    network = given.network(model, paths[0])
    optimizer, arrays_off, losses_off = Sgd(network), [], []
    for step, line in enumerate(given.lines(f"{model}/steps/metrics.jsonl")):
        networks.fill(network, given.arrays(paths[step]))
        (x, labels), = batches(given, "S.data", 64, 64, step)
        gradients, loss = optimizer.gradients(x, labels)
        optimizer.step(gradients, 0.05 * factor("CosineBySteps", step, 1, 3))
        arrays_off.append(largest_of(given.arrays(paths[step + 1]), networks.arrays_of(network)))
        losses_off.append(abs(line["train_loss"] - loss))
    return worst(arrays_off), worst(losses_off)


def batch_norm_off(given):
    """Of the first batch-norm, in the first step: how far the variance that Espalier took lies from that in float64, relative."""
    network = given.network("resnet20", "resnet20/steps/epoch-0000.safetensors").double()
    (x, _), = batches(given, "S.data", 64, 64, 0)
    with torch.no_grad():
        true = network.conv1(x.double()).var((0, 2, 3), unbiased=True).numpy()
    before, after = (given.arrays(f"resnet20/steps/epoch-000{epoch}.safetensors")["bn1.running_var"].astype("f8") for epoch in (0, 1))
    return float(abs((after - 0.9 * before) / 0.1 / true - 1).max())


def compare(add, given):
    for model in MODELS:
        arrays_off, losses_off = each_step(given, model)
        add(f"{model}: arrays after a step, of 3", arrays_off, 4e-6)
        add(f"{model}: losses of the steps", losses_off, 1e-5)
        rates = [line["learning_rate"] for line in given.lines(f"{model}/steps/metrics.jsonl")]
        theirs = [0.05 * factor("CosineBySteps", step, 1, 3) for step in range(3)]
        add(f"{model}: learning rates by steps", worst(abs(a - b) for a, b in zip(rates, theirs)), 1e-15)
        made = batches(given, "S.data", 96, 64, 0, augment=True, drop_last=True)
        theirs, _ = train(given.network(model, f"{model}/A/weights.safetensors"), made, [0.03], momentum=0.8, decay=0.01)
        ours = given.arrays(f"{model}/augmented/weights.safetensors")
        add(f"{model}: arrays after a step on flipped and shifted images", largest_of(ours, theirs), 4e-6)
    rates = [0.05 * factor("CosineBySteps", step, 4, 4) for step in range(4)]
    theirs, _ = train(given.network("mlp", "mlp/A/epoch-0000.safetensors"), batches(given, "A.data", 256, 64, 0), rates)
    add("mlp: arrays after an epoch of 4 steps", largest_of(given.arrays("mlp/A/epoch-0001.safetensors"), theirs), 4e-6)
    by_epochs = given.lines("mlp/augmented/metrics.jsonl")[0]["learning_rate"]
    add("mlp: learning rate by epochs", abs(by_epochs - 0.03 * factor("CosineByEpochs", 0, 1, 1)), 1e-15)
    add("resnet20: variance in a batch-norm against float64, relative", batch_norm_off(given), 1e-3)
