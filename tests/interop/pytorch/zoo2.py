"""Networks as people write them with PyTorch 2, and kinds of networks that zoo.py lacks."""
import torch
import torch.nn.functional as F
from torch import nn


class Fused(nn.Module):
    """Attention as PyTorch 2 has it: one function, of which the layers are the network's."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv, self.proj = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width)

    def forward(self, x):
        n, tokens, width = x.shape
        q, k, v = self.qkv(x).view(n, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4).unbind(0)
        x = F.scaled_dot_product_attention(q, k, v, dropout_p=0.1 if self.training else 0.0)
        return self.proj(x.transpose(1, 2).flatten(2))


class Chunked(nn.Module):
    """Queries, keys and values by chunk, joined again by reshape."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.qkv, self.proj = heads, nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        n, tokens, width = x.shape
        q, k, v = (part.reshape(n, tokens, self.heads, -1).transpose(1, 2) for part in self.qkv(x).chunk(3, dim=-1))
        return self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, tokens, width))


class Transformed(nn.Module):
    size, needs = (3, 16, 16), "scaled_dot_product_attention"

    def __init__(self):
        super().__init__()
        self.patch, self.cls = nn.Conv2d(3, 12, 4, 4), nn.Parameter(torch.zeros(1, 1, 12))
        self.position = nn.Parameter(torch.randn(1, 17, 12) * 0.02)
        self.norms = nn.ModuleList([nn.LayerNorm(12) for _ in range(3)])
        self.fused, self.chunked = Fused(12, 3), Chunked(12, 4)
        self.mlp = nn.Sequential(nn.Linear(12, 20), nn.GELU(), nn.Dropout(0.1), nn.Linear(20, 12))
        self.head = nn.Linear(12, 5)

    def forward(self, x):
        x = self.patch(x).flatten(2).mT
        x = torch.cat([self.cls.expand(x.size(0), -1, -1), x], 1) + self.position
        x = x + self.fused(self.norms[0](x))
        x = x + self.chunked(self.norms[1](x))
        x = x + self.mlp(self.norms[2](x))
        return self.head(x[:, 0])


class Stacked(nn.Module):
    """PyTorch's own encoder, in which fast paths of inference lie in wait."""
    size = (3, 8, 8)

    def __init__(self):
        super().__init__()
        self.patch, self.head = nn.Conv2d(3, 8, 2, 2), nn.Linear(8, 5)
        layer = nn.TransformerEncoderLayer(8, 2, 12, dropout=0.1, activation="gelu", batch_first=True, norm_first=True)
        self.encoder, self.attention = nn.TransformerEncoder(layer, 2, norm=nn.LayerNorm(8)), nn.MultiheadAttention(8, 4, batch_first=True)

    def forward(self, x):
        x = self.encoder(self.patch(x).flatten(2).transpose(1, 2))
        return self.head((x + self.attention(x, x, x, need_weights=False)[0]).mean(1))


class Scaled(nn.Module):
    """A block of ConvNeXt, whose channels lie last between permutes."""

    def __init__(self, width):
        super().__init__()
        self.dwconv, self.norm = nn.Conv2d(width, width, 3, padding=1, groups=width), nn.LayerNorm(width, eps=1e-6)
        self.pw1, self.pw2, self.gamma = nn.Linear(width, 2 * width), nn.Linear(2 * width, width), nn.Parameter(1e-6 * torch.ones(width))

    def forward(self, x):
        y = self.pw2(F.gelu(self.pw1(self.norm(self.dwconv(x).permute(0, 2, 3, 1)))))
        return x + (self.gamma * y).permute(0, 3, 1, 2)


class Next(nn.Module):
    size = (3, 16, 16)

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 2, 2), nn.BatchNorm2d(8, eps=1e-3), nn.ReLU6())
        self.block, self.pool = Scaled(8), nn.AdaptiveAvgPool2d((3, 2))
        self.mid = nn.Sequential(nn.AvgPool2d(3, 2, 1, count_include_pad=False), nn.MaxPool2d((3, 2), (2, 1), (1, 0), ceil_mode=True))
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(48, 10), nn.LeakyReLU(0.2), nn.LayerNorm(10), nn.Linear(10, 5))

    def forward(self, x):
        return self.head(self.pool(self.mid(self.block(self.stem(x)))))


class RootMean(nn.Module):
    """nn.RMSNorm came with PyTorch 2.4."""
    size, says, needs = (1, 4, 4), ["nn.RMSNorm has no counterpart", "error: norm ("], "rms_norm"

    def __init__(self):
        super().__init__()
        self.norm, self.head = nn.RMSNorm(16), nn.Linear(16, 5)

    def forward(self, x):
        return self.head(self.norm(x.flatten(1)))


class Causal(nn.Module):
    size, says, needs = (3, 8, 8), ["attention with a mask"], "scaled_dot_product_attention"

    def __init__(self):
        super().__init__()
        self.patch, self.qkv, self.head = nn.Conv2d(3, 8, 2, 2), nn.Linear(8, 24), nn.Linear(8, 5)

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)
        q, k, v = self.qkv(x).view(len(x), 16, 3, 2, 4).permute(2, 0, 3, 1, 4).unbind(0)
        return self.head(F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2).mean(1))


FOLLOWED, REFUSED = [Transformed, Stacked, Next], [RootMean, Causal]
