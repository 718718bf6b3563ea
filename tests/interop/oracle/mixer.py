"""MLP-Mixer S/16 (Tolstikhin et al. 2021) with the names that timm gives its arrays."""
import torch
from torch import nn
from torch.nn.functional import gelu


class Mlp(nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(inputs, hidden), nn.Linear(hidden, inputs)

    def forward(self, x):
        return self.fc2(gelu(self.fc1(x)))


class Layer(nn.Module):
    def __init__(self, tokens, channels):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(channels, eps=1e-6), nn.LayerNorm(channels, eps=1e-6)
        self.mlp_tokens, self.mlp_channels = Mlp(tokens, channels // 2), Mlp(channels, 4 * channels)

    def forward(self, x):
        x = x + self.mlp_tokens(self.norm1(x).transpose(1, 2)).transpose(1, 2)
        return x + self.mlp_channels(self.norm2(x))


class Mixer(nn.Module):
    def __init__(self, side, classes, channels=512, depth=8, patch=16):
        super().__init__()
        self.stem = nn.ModuleDict({"proj": nn.Conv2d(3, channels, patch, patch)})
        self.blocks = nn.Sequential(*(Layer((side // patch) ** 2, channels) for _ in range(depth)))
        self.norm, self.head = nn.LayerNorm(channels, eps=1e-6), nn.Linear(channels, classes)

    def forward(self, x):
        return self.head(self.norm(self.blocks(torch.flatten(self.stem["proj"](x), 2).transpose(1, 2))).mean(1))
