"""The artefacts of a run in its store, by the titles of their stages."""
import glob
import json
import os

import tensors


class Store:
    def __init__(self, folder):
        self.stages = {}
        for path in glob.glob(f"{folder}/stages/*/*/*/manifest.json"):
            with open(path, encoding="utf-8") as file:
                manifest = json.load(file)
            self.stages[manifest["title"]] = (os.path.dirname(path), manifest)

    def arrays(self, title, file):
        return tensors.read(f"{self.stages[title][0]}/{file}.safetensors")

    def manifest(self, title):
        return self.stages[title][1]
