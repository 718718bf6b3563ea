"""The same weights give the same logits, and the same answers to the image."""
import torch

import networks
import tensors
from given import MODELS, logits, measured, relative


def compare(add, given):
    probe = torch.from_numpy(tensors.read(f"{given.folder}/probe.safetensors")["images"].copy())
    for model in MODELS:
        for net in ("A", "B"):
            ours = given.arrays(f"{model}/{net}/weights.logits.safetensors")
            network = given.network(model, f"{model}/{net}/weights.safetensors")
            add(f"{model} {net}: logits, relative", relative(ours["logits"], logits(network, probe)), 1e-5)
        for split in ("train", "test"):
            ours = given.json(f"{model}/evaluate-{split}.json")
            loss, right = measured(given.network(model, f"{model}/A/weights.safetensors"), given.images[split], given.labels[split])
            add(f"{model} A: images classified rightly, {split}", abs(round(ours["accuracy_percent"] * ours["images"] / 100) - right), 0)
            add(f"{model} A: loss, {split}", abs(ours["loss"] - loss), 1e-5)
    for name, file in (("resnet20:shortcut=conv1x1", "conv1x1"), ("resnet20:shortcut=zero-pad", "zero-pad"), ("vgg11", "vgg11")):
        network = networks.named(name)
        network.load_state_dict(torch.load(f"{given.folder}/{file}.pth"))
        ours, theirs = given.arrays(f"{file}.logits.safetensors")["logits"], logits(network.eval(), probe).numpy()
        add(f"{name}: logits, relative", relative(ours, theirs), 1e-5)
        add(f"{name}: classes, images", int((ours.argmax(1) != theirs.argmax(1)).sum()), 0)
