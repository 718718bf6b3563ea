"""How differently networks predict (table 1), and their ensemble, from PyTorch's logits."""
import numpy as np
from scipy.special import log_softmax, logsumexp

from given import MODELS, logits
from table import worst


def divergence(p, q):
    """KL(p || q) of logarithms, mean over images, nats."""
    return float((np.exp(p) * (p - q)).sum(1).mean())


def calibration_error(p, labels, bins=15):
    """Confidence c belongs to the bin m with (m - 1) / M < c <= m / M (Guo et al. 2017)."""
    confidence, right = np.exp(p).max(1), p.argmax(1) == labels
    at = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    return sum(abs((right[at == m].astype(float) - confidence[at == m]).sum()) for m in range(bins)) / len(labels)


def compare(add, given):
    labels = given.labels["test"].numpy()
    for model in MODELS:
        networks = [given.network(model, f"{model}/{net}/weights.safetensors") for net in ("A", "B", "steps")]
        members = [log_softmax(logits(network, given.images["test"]).double().numpy(), 1) for network in networks]
        ensemble, ours = logsumexp(members, 0) - np.log(len(members)), given.json(f"{model}/diversity.json")
        pairs = [(p, q) for p in range(3) for q in range(3) if p != q]
        mixed = {(p, q): logsumexp([members[p], members[q]], 0) - np.log(2) for p, q in pairs}
        theirs = {
            "disagreement": np.mean([(members[p].argmax(1) != members[q].argmax(1)).mean() for p, q in pairs]),
            "kullback_leibler": np.mean([divergence(members[p], members[q]) for p, q in pairs]),
            "jensen_shannon": np.mean([(divergence(members[p], mixed[p, q]) + divergence(members[q], mixed[p, q])) / 2 for p, q in pairs])}
        for name, value in theirs.items():
            add(f"{model}: {name.replace('_', ' ')}", abs(ours["diversity"][name] - value), 1e-5 if name != "disagreement" else 1e-12)
        found = [(ensemble, ours["ensemble"])] + list(zip(members, ours["members"]))
        right = [abs(round(q["accuracy_percent"] * len(labels) / 100) - int((p.argmax(1) == labels).sum())) for p, q in found]
        likelihood = [abs(q["negative_log_likelihood"] + p[np.arange(len(labels)), labels].mean()) for p, q in found]
        add(f"{model}, ensemble and members: images classified rightly", max(right), 0)
        add(f"{model}, ensemble and members: log-likelihood", worst(likelihood), 1e-5)
        add(f"{model}, ensemble and members: calibration error",
            worst(abs(q["calibration_error"] - calibration_error(p, labels)) for p, q in found), 1e-5)
