"""A network between two others, and the path between them: the same arrays, losses, and answers to the image."""
import networks
from between import corrected, measured_units, mixed
from given import MODELS, measured
from symmetry import moved, places_of
from table import largest_of, worst


def wrong(curve_point, count):
    return round(curve_point["error_percent"] * count / 100)


def barrier_of(points, value):
    """Largest height above the line between the ends' values (equation 3)."""
    return max(p[value] - ((1 - p["alpha"]) * points[0][value] + p["alpha"] * points[-1][value]) for p in points)


def path_off(given, model, first, second, ends, x, path):
    """Errors in images, and losses, of all points of a path on the first 100 images of both sets."""
    images_off, losses = 0, []
    for point, tested in zip(path["train"]["points"], path["test"]["points"]):
        network = corrected(model, mixed(first, second, point["alpha"]), x, path["correction"], ends, point["alpha"])
        for split, found in (("train", point), ("test", tested)):
            loss, right = measured(network, given.images[split][:100], given.labels[split][:100])
            images_off += abs(wrong(found, 100) - (100 - right))
            losses.append(abs(found["loss"] - loss))
    return images_off, worst(losses)


def compare(add, given):
    for model in MODELS:
        permutation = given.arrays(f"{model}/pi-Correlation.safetensors")
        first = moved(given.arrays(f"{model}/A/weights.safetensors"), permutation, places_of(model))
        second, x = given.arrays(f"{model}/B/weights.safetensors"), given.images["train"][:64]
        ends = [measured_units(networks.load(model, end), x) for end in (first, second)]
        for how in ("none", "reset", "rescale", "repair"):
            network = corrected(model, mixed(first, second, 0.25), x, how, ends, 0.25)
            ours = given.json(f"{model}/quarter-{how}.json")["corrected"]
            loss, right = measured(network, given.images["test"], given.labels["test"])
            off = largest_of(given.arrays(f"{model}/quarter-{how}.safetensors"), networks.arrays_of(network))
            add(f"{model}, {how}: arrays at a quarter", off, 1e-6 if how == "none" else 2e-4)
            counted = round(ours["accuracy_percent"] * ours["images"] / 100)
            add(f"{model}, {how}: at a quarter, images classified rightly", abs(counted - right), 0)
            add(f"{model}, {how}: at a quarter, loss", abs(ours["loss"] - loss), 1e-4)
        for path in given.json(f"{model}/barrier.json"):
            images_off, loss_off = path_off(given, model, first, second, ends, x, path)
            add(f"{model}, {path['correction']}: errors on the path, images", images_off, 0)
            add(f"{model}, {path['correction']}: losses on the path", loss_off, 1e-4)
            add(f"{model}, {path['correction']}: barriers from the points", worst(
                abs(path[split]["barrier"][name] - barrier_of(path[split]["points"], name))
                for split in ("train", "test") for name in ("loss", "error_percent")), 1e-9)
