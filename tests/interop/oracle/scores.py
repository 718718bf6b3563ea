"""What SNIP and SynFlow rank weights by, on an MLP, by hand: no automatic differentiation."""
import numpy as np

from pruning import kept_of, largest_kept


def layers_of(arrays):
    count = sum(name.endswith(".weight") for name in arrays)
    return [(arrays[f"fc{i}.weight"].astype("f8"), arrays[f"fc{i}.bias"].astype("f8")) for i in range(1, count + 1)]


def snip(arrays, x, labels):
    """|gradient of the mean cross-entropy x weight| (Lee et al. 2019), by back-propagation."""
    layers, inputs = layers_of(arrays), [x]
    for i, (w, b) in enumerate(layers):
        z = inputs[-1] @ w.T + b
        inputs.append(np.maximum(z, 0) if i < len(layers) - 1 else z)
    logits = inputs.pop()
    delta = np.exp(logits - logits.max(1, keepdims=True))
    delta /= delta.sum(1, keepdims=True)
    delta[np.arange(len(labels)), labels] -= 1
    found = {}
    for i in reversed(range(len(layers))):
        found[f"fc{i + 1}.weight"] = abs(delta.T @ inputs[i] / len(labels) * layers[i][0])
        delta = delta @ layers[i][0] * (inputs[i] > 0)
    return {name: found[name] for name in sorted(found)}


def synflow(arrays, mask):
    """|w| dR/d|w|, R the sum of outputs for ones as input with weights |w| and no biases (Tanaka et al. 2020): flow in x |w| x flow out."""
    weights = [abs(w) * mask[f"fc{i + 1}.weight"] for i, (w, _) in enumerate(layers_of(arrays))]
    into, out = [np.ones(weights[0].shape[1])], [np.ones(weights[-1].shape[0])]
    for w in weights[:-1]:
        into.append(w @ into[-1])
    for w in weights[:0:-1]:
        out.insert(0, w.T @ out[0])
    return {f"fc{i + 1}.weight": out[i][:, None] * w * into[i] for i, w in enumerate(weights)}


def synflow_mask(arrays, mask, kept, rounds):
    now = kept_of(mask)
    for number in range(1, rounds + 1):
        left = kept if number == rounds else max(kept, round(now * (kept / now) ** (number / rounds)))
        mask = largest_kept(synflow(arrays, mask), mask, left)
    return mask
