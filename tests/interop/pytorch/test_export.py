"""Networks as people write them are followed, and espalier computes what they do; the others are refused in a sentence with its place."""
import json
import os
import tempfile
import unittest

import torch
from torch.nn.utils import prune

import program
import zoo
from program import espalier, export


class Exporting(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def at(self, name):
        return os.path.join(self.folder.name, name)

    def exported(self, kind, *words):
        return export(f"{program.HERE}/zoo.py:{kind.__name__}", "--input", "x".join(map(str, kind.size)), "-o", self.at("net.json"), *words)

    def test_followed_networks_compute_the_same_logits(self):
        for kind in zoo.FOLLOWED:
            with self.subTest(kind.__name__):
                code, said, wrong = self.exported(kind, *(["--output", "logits"] if kind is zoo.Dense else []))
                self.assertEqual((code, wrong), (0, ""), said)
                self.assertIn("checked", said)

    def test_what_cannot_be_followed_is_said_with_its_place(self):
        for kind in zoo.REFUSED:
            with self.subTest(kind.__name__):
                code, _, wrong = self.exported(kind)
                self.assertEqual(code, 2)
                for part in kind.says:
                    self.assertIn(part, wrong)
                self.assertTrue(all(line.startswith("error: ") for line in wrong.splitlines()), wrong)
                self.assertFalse(os.path.exists(self.at("net.json")))

    def test_shared_weights_go_to_espalier_and_back_strictly(self):
        torch.manual_seed(7)
        model = zoo.Again()
        torch.save(model.state_dict(), self.at("A.pth"))
        code, said, wrong = self.exported(zoo.Again, "--checkpoint", self.at("A.pth"), "--weights", self.at("w.safetensors"))
        self.assertEqual((code, wrong), (0, ""), said)
        with open(self.at("net.json"), encoding="utf-8") as file:
            shared = {node["name"]: node["weights"] for node in json.load(file)["nodes"] if "weights" in node}
        self.assertEqual(shared, {"conv#2": "conv", "fc2": "fc1"})
        for source in ("A.pth", "w.safetensors"):
            espalier("convert", self.at(source), "--model", self.at("net.json"), "-o", self.at("back.pth"))
            back = torch.load(self.at("back.pth"))
            zoo.Again().load_state_dict(back, strict=True)
            self.assertTrue(all(torch.equal(array, back[name]) for name, array in model.state_dict().items()))

    def test_a_description_that_says_something_else_is_caught(self):
        made, used = program.exporter(), zoo.Padded
        model = used().eval()
        described = made.described(model, used.size, [], lambda text: None)
        for node, (op, fields, _) in list(described.nodes.items()):
            if op == "max-pool":
                described.nodes[node] = ("average-pool", fields, described.nodes[node][2])
        made.write_json(self.at("wrong.json"), "wrong", described.nodes)
        found = made.check(made.program(), model, described, self.at("wrong.json"), used.size)
        self.assertGreater(found["largest_relative_difference"], made.CLOSE)

    def test_the_network_is_left_as_it_was(self):
        made, model = program.exporter(), zoo.Gated().eval()
        before = {name: array.clone() for name, array in model.state_dict().items()}
        described = made.described(model, zoo.Gated.size, [], lambda text: None)
        made.write_json(self.at("net.json"), "gated", described.nodes)
        made.check(made.program(), model, described, self.at("net.json"), zoo.Gated.size)
        self.assertTrue(all(torch.equal(array, before[name]) for name, array in model.state_dict().items()))

    def test_weights_of_a_checkpoint_are_read_by_espalier_and_pairs_of_a_pruning_stay_pairs(self):
        torch.manual_seed(5)
        model = zoo.Gated()
        torch.save({"epoch": 3, "state_dict": {f"module.{name}": array for name, array in model.state_dict().items()}}, self.at("A.pth"))
        code, said, wrong = self.exported(zoo.Gated, "--checkpoint", self.at("A.pth"), "--weights", self.at("w.safetensors"))
        self.assertEqual((code, wrong), (0, ""), said)
        images = torch.randn(2, *zoo.Gated.size)
        with torch.no_grad():
            torch.save({"images": images, "logits": model.eval()(images)}, self.at("probe.pth"))
        espalier("network", "check", self.at("net.json"), "--weights", self.at("w.safetensors"), "--logits", self.at("probe.pth"))

        made = program.exporter()
        prune.l1_unstructured(model.head, "weight", 0.5)
        described = made.described(model, zoo.Gated.size, [], lambda text: None)
        made.write_safetensors(self.at("pruned.safetensors"), made.arrays_of(model, described.arrays))
        with torch.no_grad():
            torch.save({"images": images, "logits": model(images)}, self.at("probe.pth"))
        espalier("network", "check", self.at("net.json"), "--weights", self.at("pruned.safetensors"), "--logits", self.at("probe.pth"))

    def test_arrays_that_forward_does_not_use_are_named(self):
        code, said, _ = export("torchvision.models:googlenet(num_classes=3, aux_logits=True, init_weights=False)", "--input", "3x64x64",
                               "-o", self.at("net.json"), "--no-check")
        self.assertEqual(code, 0)
        self.assertIn("aux1.conv.conv.weight", said)

    def test_without_the_program_nothing_is_said_to_be_checked(self):
        kept = os.environ.pop("ESPALIER"), os.environ["PATH"]
        os.environ["PATH"] = self.folder.name
        try:
            code, said, _ = self.exported(zoo.Gated)
        finally:
            os.environ["ESPALIER"], os.environ["PATH"] = kept
        self.assertEqual(code, 0)
        self.assertIn("not checked", said)

    def test_descriptions_are_read_by_people(self):
        self.exported(zoo.Gated)
        with open(self.at("net.json"), encoding="utf-8") as file:
            text = file.read()
        self.assertEqual([node["name"] for node in json.loads(text)["nodes"]][:4], ["input", "stem", "norm", "act"])
        self.assertEqual(len(text.splitlines()), len(json.loads(text)["nodes"]) + 5)

    def test_what_is_asked_for_wrongly_is_said(self):
        net = f"{program.HERE}/zoo.py"
        for words, part in [
            ((f"{net}:Nothing",), "has no 'Nothing'; it has Classic"),
            ((f"{net}:Excited",), "cannot be called so"),
            ((f"{net}:Excited(8, wrong=2)",), "cannot be called so"),
            ((f"{net}:FOLLOWED",), "is a list; expected a network"),
            ((f"{net}:print",), "has no 'print'"),
            ((f"{net}:Gated(",), "is no name with or without arguments"),
            (("nowhere.py:Net",), "there is no file 'nowhere.py'"),
            (("nowhere:Net",), "cannot be imported"),
            (("Net",), "names no network"),
            ((f"{net}:Gated", "--checkpoint", self.at("none.pth")), "cannot be read: No such file"),
            ((f"{net}:Gated", "--checkpoint", net), "cannot be read safely"),
        ]:
            with self.subTest(" ".join(words)):
                code, _, wrong = export(*words, "--input", "3x16x16", "-o", self.at("net.json"))
                self.assertEqual(code, 2)
                self.assertIn(part, wrong)
                self.assertEqual(len(wrong.splitlines()), 1)
        torch.save(zoo.Mixer().state_dict(), self.at("other.pth"))
        self.assertIn("does not fit the network", self.exported(zoo.Gated, "--checkpoint", self.at("other.pth"))[2])
        self.assertIn("no size of an image", export(f"{net}:Gated", "--input", "3x16", "-o", self.at("net.json"))[2])
        self.assertIn("ends in .json", export(f"{net}:Gated", "--input", "3x16x16", "-o", self.at("net.txt"))[2])

    def user(self, name, text):
        with open(self.at(name), "w", encoding="utf-8") as file:
            file.write("from torch import nn\n" + text)
        return self.at(name)

    def test_what_the_users_own_code_raises_is_said_with_its_line(self):
        for text, name, part in [
            ("def build():\n    return nn.Linear(undefined, 3)\n", "build", "raises NameError (", ),
            ("def build():\n    raise SystemExit(3)\n", "build", "raises SystemExit ("),
            ("weights = {}['none']\n", "build", "raises KeyError ("),
            ("def build(:\n", "build", "raises SyntaxError ("),
            ("class Net(nn.Module):\n    def forward(self, x):\n        return x.nothing\n", "Net", "has no attribute 'nothing'"),
        ]:
            with self.subTest(part):
                file = self.user("users.py", text)
                code, _, wrong = export(f"{file}:{name}", "--input", "3x8x8", "-o", self.at("net.json"))
                self.assertEqual((code, len(wrong.splitlines())), (2, 1), wrong)
                self.assertIn(part, wrong)
                self.assertRegex(wrong, r"users\.py:[234]\)")

    def test_files_have_the_rights_of_new_files_and_no_folder_is_made(self):
        before = os.umask(0o027)
        try:
            self.exported(zoo.Gated, "--no-check", "--weights", self.at("w.safetensors"))
        finally:
            os.umask(before)
        self.assertEqual({os.stat(self.at(name)).st_mode & 0o777 for name in ("net.json", "w.safetensors")}, {0o640})
        for words in (["-o", self.at("none/net.json")], ["-o", self.at("net.json"), "--weights", self.at("none/w.safetensors")]):
            code, _, wrong = export(f"{program.HERE}/zoo.py:Gated", "--input", "3x16x16", *words)
            self.assertEqual(code, 2)
            self.assertIn("there is no folder", wrong)
        self.assertEqual(sorted(os.listdir(self.folder.name)), ["net.json", "w.safetensors"])

    def test_wrappers_of_training_are_taken_off(self):
        # PyTorch 1.13 has no torch.compile: this is what its module looks like.
        file = self.user("wrapped.py", """
class OptimizedModule(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self._orig_mod = inner

def net(inner=nn.Conv2d(3, 4, 3)):
    return nn.Sequential(inner, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))

def compiled():
    return OptimizedModule(nn.DataParallel(net()))

def inside():
    return net(OptimizedModule(nn.Conv2d(3, 4, 3)))
""")
        code, said, wrong = export(f"{file}:compiled", "--input", "3x8x8", "-o", self.at("net.json"))
        self.assertEqual((code, wrong), (0, ""), said)
        with open(self.at("net.json"), encoding="utf-8") as text:
            self.assertEqual([node["name"] for node in json.load(text)["nodes"]][1], "0")
        code, _, wrong = export(f"{file}:inside", "--input", "3x8x8", "-o", self.at("net.json"))
        self.assertEqual(code, 2)
        self.assertIn("'0' is compiled by torch.compile", wrong)


if __name__ == "__main__":
    unittest.main()
