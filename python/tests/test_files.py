"""Files of tensors: what is written comes back, and what is damaged is said in a sentence with the file and the array."""
import json
import os
import struct
import tempfile
import unittest

import numpy as np
import torch

import espalier


def written(path, header, data):
    text = json.dumps(header).encode() if not isinstance(header, bytes) else header
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
    return path


class Files(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def at(self, name):
        return os.path.join(self.folder.name, name)

    def test_bfloat16_stays_bfloat16_and_is_float32_for_numpy(self):
        torch.manual_seed(3)
        array = torch.randn(5, 7).to(torch.bfloat16)
        espalier.save(self.at("b.safetensors"), {"w": array.t()})
        back = espalier.load(self.at("b.safetensors"))["w"]
        self.assertEqual(back.dtype, torch.bfloat16)
        self.assertTrue(torch.equal(back, array.t()))
        wide = espalier.load(self.at("b.safetensors"), numpy=True)["w"]
        self.assertEqual(wide.dtype, np.float32)
        self.assertTrue(np.array_equal(wide, array.t().float().numpy()))
        espalier.run("convert", self.at("b.safetensors"), out=self.at("b.pth"))  # The program reads the same numbers.
        self.assertTrue(torch.equal(torch.load(self.at("b.pth"))["w"], array.t()))

    def test_what_cannot_be_written_is_named(self):
        with self.assertRaisesRegex(ValueError, "'z' is of complex64; expected one of F64, .*BF16"):
            espalier.save(self.at("z.safetensors"), {"z": np.zeros(2, np.complex64)})
        self.assertFalse(os.path.exists(self.at("z.safetensors")))

    def test_a_file_that_is_cut_off_or_damaged_is_refused_by_its_array(self):
        entry = {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}
        for says, header, data in (
            ("is cut off: 'w' lies at bytes 0 to 16 of its data, which has 11", {"w": entry}, bytes(11)),
            (r"'w' has 12 bytes, which are not F32 \[2, 2\]", {"w": {**entry, "data_offsets": [0, 12]}}, bytes(16)),
            (r"'w' has 16 bytes, which are not F32 \[-2, -2\]", {"w": {**entry, "shape": [-2, -2]}}, bytes(16)),
            ("of 'w' is not type, shape and place", {"w": {"dtype": "F32", "shape": [4]}}, bytes(16)),
            ("of 'w' is not type, shape and place", {"w": [1, 2]}, bytes(16)),
            ("holds 'w' as F8_E4M3; expected one of", {"w": {**entry, "dtype": "F8_E4M3"}}, bytes(16)),
            ("its header is no JSON", b'{"w": ', bytes(16)),
        ):
            with self.subTest(says), self.assertRaisesRegex(ValueError, says) as raised:
                espalier.load(written(self.at("w.safetensors"), header, data))
            self.assertIn("w.safetensors", str(raised.exception))


if __name__ == "__main__":
    unittest.main()
