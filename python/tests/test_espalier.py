"""The package on a small network that the program trains itself, against what can be computed here."""
import os
import tempfile
import unittest

import numpy as np
import torch

import espalier

MODEL = "mlp:depth=2,width=16"
SMALL = {"train_images": 128, "threads": 1}


class Steps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        for name in "AB":
            espalier.run("train", model=MODEL, name=name, epochs=1, batch_size=32, out=cls.at(name), quiet=True, **SMALL)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def at(cls, *names):
        return os.path.join(cls.folder.name, *names)

    def weights(self, name):
        return self.at(name, "weights.safetensors")

    @staticmethod
    def logits(state, images):
        x = images.flatten(1)
        for layer in ("fc1", "fc2", "fc3"):
            x = x @ state[f"{layer}.weight"].T + state[f"{layer}.bias"]
            x = x if layer == "fc3" else x.relu()
        return x

    def test_a_permutation_moves_a_state_dict_and_its_function_stays(self):
        pi = espalier.match(self.weights("A"), self.weights("B"), out=self.at("pi.safetensors"), match_images=64, **SMALL)
        a = espalier.load(self.weights("A"))
        moved, images = pi.apply(a), torch.rand(4, 1, 28, 28)
        self.assertEqual(sorted(pi.groups["fc1"].tolist()), list(range(16)))
        self.assertFalse(torch.equal(moved["fc2.weight"], a["fc2.weight"]))
        self.assertTrue(torch.equal(moved["fc2.weight"], a["fc2.weight"][pi.groups["fc2"]][:, pi.groups["fc1"]]))
        self.assertTrue(torch.allclose(self.logits(moved, images), self.logits(a, images), atol=1e-5))
        self.assertEqual(pi.scores["images"], 64)
        again = espalier.permutation(self.at("pi.safetensors"), numpy=True)
        self.assertTrue(np.array_equal(again.groups["fc1"], pi.groups["fc1"].numpy()))
        arrays = again.apply(espalier.load(self.weights("A"), numpy=True))
        self.assertTrue(all(np.array_equal(arrays[name], array.numpy()) for name, array in moved.items()))

    def test_a_mask_is_found_moved_and_lies_on_b(self):
        mask = espalier.mask(self.weights("A"), 0.5, out=self.at("pruned"), round_fraction=0.5, round_epochs=1, batch_size=32, **SMALL)
        kept = sum(int(part.sum()) for part in mask.values()) / sum(part.numel() for part in mask.values())
        self.assertAlmostEqual(kept, 0.5, places=3)
        self.assertEqual({part.dtype for part in mask.values()}, {torch.bool})
        file = self.at("pruned", "sparsity-0.5", "mask.safetensors")
        self.assertTrue(all(torch.equal(part, mask[name]) for name, part in espalier.mask(file).items()))
        pi = espalier.match(self.weights("A"), self.weights("B"), out=self.at("pi2.safetensors"), match_images=64, **SMALL)
        moved, start = espalier.transplant(file, pi, start=self.weights("B"), out=self.at("start"))
        by_hand, b = pi.apply(mask), espalier.load(self.weights("B"))
        for name, part in moved.items():
            self.assertTrue(torch.equal(part, by_hand[name]))
            self.assertTrue(torch.equal(start[name], b[name] * part))

    def test_networks_are_aligned_and_their_barrier_is_measured(self):
        found = espalier.align(self.weights("A"), self.weights("B"), self.at("aligned"), match_images=64, points=3, refinements=0,
                               statistics_images=32, images=64, **SMALL)
        a = espalier.load(self.weights("A"))
        moved = found["permutation"].apply(a)
        self.assertTrue(all(torch.equal(array, moved[name]) for name, array in found["weights"].items()))
        self.assertTrue(os.path.exists(self.at("aligned", "report.html")))
        self.assertTrue(found["barrier"])

    def test_evaluate_says_the_accuracy(self):
        self.assertEqual(espalier.evaluate(self.weights("A"), test_images=50, **SMALL)["images"], 50)

    def test_checkpoints_of_pytorch_are_loaded_and_files_come_back(self):
        arrays = {"x": torch.arange(6.0).view(2, 3), "n": torch.tensor([1, 2]), "kept": torch.tensor([True, False])}
        espalier.save(self.at("x.safetensors"), arrays)
        torch.save(arrays, self.at("x.pth"))
        for file in ("x.safetensors", "x.pth"):
            back = espalier.load(self.at(file))
            self.assertTrue(all(torch.equal(back[name], array) and back[name].dtype == array.dtype for name, array in arrays.items()))

    def test_inputs_of_grouped_convolutions_move_within_their_groups(self):
        weight = np.arange(2 * 2 * 1 * 1.0).reshape(2, 2, 1, 1)
        pi = espalier.Permutation({}, {("conv.weight", 1): np.array([[1, 0], [0, 1]])})
        expected = weight[[[0, 0], [1, 1]], [[1, 0], [0, 1]]]
        self.assertTrue(np.array_equal(pi.apply({"conv.weight": weight})["conv.weight"], expected))
        moved = pi.apply({"conv.weight_mask": torch.from_numpy(weight)})["conv.weight_mask"]
        self.assertTrue(np.array_equal(moved.numpy(), expected))

    def test_what_the_program_refuses_is_its_sentence(self):
        with self.assertRaisesRegex(espalier.EspalierError, "^There is no option of evaluate '--nonsense'") as raised:
            espalier.evaluate(self.weights("A"), nonsense=3)
        self.assertEqual(raised.exception.code, 2)
        unkept = espalier.match(self.weights("A"), self.weights("B"), match_images=16, **SMALL)
        with self.assertRaisesRegex(ValueError, "not kept in a file"):
            espalier.transplant(self.weights("A"), unkept, start=self.weights("B"))
        with self.assertRaisesRegex(espalier.EspalierError, "--deterministic is for GPUs"):  # False is told, not left out
            espalier.evaluate(self.weights("A"), deterministic=False, device="cpu", **SMALL)
        with self.assertRaisesRegex(espalier.EspalierError, "nowhere.safetensors"):
            espalier.match(self.at("nowhere.safetensors"), self.weights("B"), match_images=16)
        kept, os.environ["ESPALIER"] = os.environ["ESPALIER"], "/nowhere/espalier"
        try:
            with self.assertRaisesRegex(espalier.EspalierError, "cannot be started"):
                espalier.run("doctor")
        finally:
            os.environ["ESPALIER"] = kept

    def test_what_is_missing_is_said_before_the_program_is_called(self):
        with self.assertRaisesRegex(ValueError, "start is missing"):
            espalier.transplant("mask.safetensors")
        with self.assertRaisesRegex(ValueError, "not kept in a file"):
            espalier.transplant("mask.safetensors", espalier.Permutation({}, {}), start="B.pth")


if __name__ == "__main__":
    unittest.main()
