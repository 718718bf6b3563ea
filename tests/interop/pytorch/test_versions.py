"""What the exporter makes, on whatever PyTorch there is, read by described.py."""
import os
import tempfile
import unittest

import torch
import torch.nn.functional as F
from torch import nn

import described
import program
import zoo
import zoo2
from program import export

# All operations but those that change no number, which the exporter leaves out.
OPERATIONS = {"input", "conv", "depthwise-conv", "conv-transpose", "linear", "scale", "batch-norm", "layer-norm", "layer-norm-2d",
              "group-norm", "instance-norm", "leaky-relu", "softmax", "add", "multiply", "concat", "max-pool", "average-pool",
              "global-average-pool", "flatten", "adaptive-average-pool", "upsample", "tokens", "transpose", "class-token",
              "position-embedding", "attention", "token", "pad-shortcut", *described.EACH}
VERSION = tuple(int(part) for part in torch.__version__.split(".")[:2])


def there(kind):
    return not hasattr(kind, "needs") or hasattr(F, kind.needs)


def filled(model, seed=11):
    """Random values everywhere, so that no array hides behind a zero or a one."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, array in model.state_dict().items():
            if name.endswith("running_var"):
                array.uniform_(0.5, 1.5)
            elif array.is_floating_point() and array.dim() > 1:
                array.normal_(0, (2 * array[0].numel() ** -0.5) if array[0].numel() > 1 else 1)
            elif array.is_floating_point():
                array.uniform_(0.5, 1.5)
    return model.eval()


class Versions(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def at(self, name):
        return os.path.join(self.folder.name, name)

    def exported(self, where, size, *words):
        return export(where, "--input", "x".join(map(str, size)), "-o", self.at("net.json"), "--weights", self.at("w.safetensors"),
                      "--no-check", *words)

    def described(self, kind, *words):
        """(the network with random arrays, its description)"""
        model = filled(kind())
        torch.save({"epoch": 3, "state_dict": {f"module.{name}": array for name, array in model.state_dict().items()}}, self.at("A.pth"))
        code, said, wrong = self.exported(f"{program.HERE}/{kind.__module__}.py:{kind.__name__}", kind.size,
                                          "--checkpoint", self.at("A.pth"), *words)
        self.assertEqual((code, wrong), (0, ""), said)
        return model, described.Description(self.at("net.json"), self.at("w.safetensors"))

    def same(self, model, made, size):
        images = torch.randn(3, *size)
        with torch.no_grad():
            wanted, found = model(images), made.logits(images)
        if isinstance(wanted, dict):
            wanted = wanted["logits"]
        if isinstance(model, zoo.Classic):
            found = found.log_softmax(1)
        self.assertGreater(wanted.std().item(), 1e-3)
        self.assertLess(((wanted - found).abs().max() / wanted.abs().max()).item(), 1e-5)
        self.assertEqual(made.read, set(made.arrays))

    def test_descriptions_compute_the_same_logits_with_every_operation(self):
        operations = set()
        for kind in filter(there, zoo.FOLLOWED + zoo2.FOLLOWED):
            with self.subTest(kind.__name__):
                model, made = self.described(kind, *(["--output", "logits"] if kind is zoo.Dense else []))
                self.same(model, made, kind.size)
                operations |= made.operations
        self.assertEqual(OPERATIONS - operations, set())

    def test_arrays_are_those_of_the_state_dict_to_the_bit(self):
        for kind in (zoo.Gated, zoo.Vit, zoo2.Next):
            with self.subTest(kind.__name__):
                model, made = self.described(kind)
                state = {name: array for name, array in model.state_dict().items() if not name.endswith("num_batches_tracked")}
                self.assertEqual(set(state), set(made.arrays))
                self.assertTrue(all(torch.equal(array, made.arrays[name]) for name, array in state.items()))

    def test_what_cannot_be_followed_is_said_with_its_place(self):
        for kind in filter(there, zoo.REFUSED + zoo2.REFUSED):
            with self.subTest(kind.__name__):
                code, _, wrong = self.exported(f"{program.HERE}/{kind.__module__}.py:{kind.__name__}", kind.size)
                self.assertEqual(code, 2)
                for part in kind.says:
                    self.assertIn(part, wrong)
                self.assertTrue(all(line.startswith("error: ") for line in wrong.splitlines()), wrong)
                self.assertEqual(os.listdir(self.folder.name), [])

    def user(self, text):
        with open(self.at("users.py"), "w", encoding="utf-8") as file:
            file.write("import torch\nfrom torch import nn\n" + text)
        return self.at("users.py")

    def test_a_checkpoint_that_holds_more_than_arrays_is_refused_in_one_line(self):
        torch.save(nn.Sequential(nn.Linear(3, 4)), self.at("whole.pth"))
        code, _, wrong = self.exported(f"{program.HERE}/zoo.py:Gated", zoo.Gated.size, "--checkpoint", self.at("whole.pth"))
        self.assertEqual((code, len(wrong.splitlines())), (2, 1), wrong)
        self.assertIn("cannot be read safely", wrong)
        self.assertIn("state_dict", wrong)

    @unittest.skipIf(VERSION < (2, 0), "torch.compile came with PyTorch 2")
    def test_a_compiled_network_is_described_as_what_it_is_of(self):
        file = self.user("""
def net(inner=None):
    return nn.Sequential(inner or nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))

def compiled():
    torch.manual_seed(1)
    return torch.compile(net())

def inside():
    return net(torch.compile(nn.Conv2d(3, 4, 3)))
""")
        code, said, wrong = self.exported(f"{file}:compiled", (3, 8, 8))
        self.assertEqual((code, wrong), (0, ""), said)
        torch.manual_seed(1)
        plain = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))
        self.same(plain, described.Description(self.at("net.json"), self.at("w.safetensors")), (3, 8, 8))
        torch.save(torch.compile(plain).state_dict(), self.at("A.pth"))  # Names begin with _orig_mod.
        code, said, wrong = self.exported(f"{file}:net", (3, 8, 8), "--checkpoint", self.at("A.pth"))
        self.assertEqual((code, wrong), (0, ""), said)
        self.same(plain, described.Description(self.at("net.json"), self.at("w.safetensors")), (3, 8, 8))
        code, _, wrong = self.exported(f"{file}:inside", (3, 8, 8))
        self.assertEqual(code, 2)
        self.assertIn("'0' is compiled by torch.compile", wrong)

    def test_arrays_that_are_made_of_others_are_written_as_they_are_used(self):
        file = self.user("""
class Twice(nn.Module):
    def forward(self, x):
        return 2 * x

def net():
    torch.manual_seed(2)
    conv = nn.Conv2d(3, 4, 3)
    nn.utils.parametrize.register_parametrization(conv, "weight", Twice())
    return nn.Sequential(conv, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))
""")
        code, said, wrong = self.exported(f"{file}:net", (3, 8, 8))
        self.assertEqual((code, wrong), (0, ""), said)
        made = described.Description(self.at("net.json"), self.at("w.safetensors"))
        self.same(program.exporter().built(f"{file}:net"), made, (3, 8, 8))


if __name__ == "__main__":
    unittest.main()
