"""Small networks as people write them, each in a way of its own, and networks that cannot be followed."""
import torch
import torch.nn.functional as F
from torch import nn


class Classic(nn.Module):
    """LeNet as tutorials have it: functions, view, and a log-softmax at the end."""
    size = (1, 28, 28)

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2, self.drop = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 8, 5, padding="same"), nn.Dropout2d()
        self.fc1, self.fc2 = nn.Linear(8 * 36, 20), nn.Linear(20, 10)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = torch.tanh(F.avg_pool2d(self.drop(self.conv2(x)), kernel_size=(2, 2)))
        x = x.view(-1, self.num_flat_features(x))
        x = F.dropout(F.leaky_relu(self.fc1(x), 0.2), training=self.training)
        return F.log_softmax(self.fc2(x), dim=1)

    def num_flat_features(self, x):
        count = 1
        for size in x.size()[1:]:
            count *= size
        return count


class Excited(nn.Module):
    """Squeeze-and-excitation by linear layers, with a view there and back."""

    def __init__(self, channels):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(channels, 4, bias=False), nn.ReLU(inplace=True), nn.Linear(4, channels), nn.Sigmoid())

    def forward(self, x):
        b, c, _, _ = x.size()
        y = F.adaptive_avg_pool2d(x, 1).view(b, c)
        return x * self.fc(y).view(b, c, 1, 1).expand_as(x)


class Gated(nn.Module):
    size = (3, 16, 16)

    def __init__(self):
        super().__init__()
        self.stem, self.norm, self.se = nn.Conv2d(3, 8, 3, padding=(1, 0), dilation=1), nn.GroupNorm(2, 8), Excited(8)
        self.up = nn.Conv2d(8, 8, 3, 1, 1, groups=4)
        self.act, self.head = nn.Hardswish(), nn.Linear(8, 5)

    def forward(self, x):
        x = self.act(self.norm(self.stem(x)))
        x = x + self.se(x)
        x = x * torch.sigmoid(x)  # SiLU, written out
        x += F.hardsigmoid(self.up(x))
        s = x.mean([2, 3], keepdim=True)
        return self.head((x * s.softmax(dim=1)).mean((-2, -1)))


class Segmented(nn.Module):
    """A small U-Net with everything that makes maps large again, and a head for classes."""
    size = (3, 12, 10)

    def __init__(self):
        super().__init__()
        self.down, self.deep = nn.Conv2d(3, 6, 3, padding=1), nn.Conv2d(6, 7, 3, 2, 1)
        self.up1 = nn.ConvTranspose2d(7, 5, 3, 2, 1, output_padding=1, bias=False)
        self.up2 = nn.ConvTranspose2d(11, 4, (2, 3), dilation=(2, 1))
        self.twice, self.smooth, self.head = nn.Upsample(scale_factor=2), nn.Upsample(size=(9, 7), mode="bilinear"), nn.Linear(15, 5)

    def forward(self, x):
        x = F.relu(self.down(x))
        y = F.relu(self.up1(F.relu(self.deep(x))))
        y = torch.cat([x, y], 1)
        z = self.smooth(self.twice(F.relu(self.up2(y))))
        y = F.interpolate(F.max_pool2d(y, 2), size=z.shape[2:], mode="bilinear", align_corners=False)
        return self.head(torch.cat([y, z], 1).mean((2, 3)))


class PadBlock(nn.Module):
    """Option A of He et al., as small ResNets have it."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.shortcut = nn.Sequential()
        if stride != 1:
            self.shortcut = Lambda(lambda x: F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, outputs // 4, outputs // 4), "constant", 0))

    def forward(self, x):
        out = self.bn1(self.conv1(x))
        out += self.shortcut(x)
        return self.relu(out)


class Lambda(nn.Module):
    def __init__(self, what):
        super().__init__()
        self.what = what

    def forward(self, x):
        return self.what(x)


class Padded(nn.Module):
    size = (3, 16, 16)

    def __init__(self):
        super().__init__()
        self.pad, self.conv = nn.ZeroPad2d(1), nn.Conv2d(3, 4, 3, bias=False)
        self.bn = nn.BatchNorm2d(4, affine=False)
        self.layers = nn.ModuleList([PadBlock(4, 4, 1), PadBlock(4, 8, 2), PadBlock(8, 16, 2)])
        self.pool, self.head = nn.AdaptiveMaxPool2d(2), nn.Linear(64, 5)

    def forward(self, x):
        x = F.relu6(self.bn(self.conv(self.pad(x))))
        for layer in self.layers:
            x = layer(x)
        assert x.shape[1] == 16 and x.dim() == 4  # what sizes decide may be followed
        if x.shape[-1] > 2:
            x = self.pool(x)
        return self.head(torch.flatten(x, start_dim=1))


class Changed(nn.Module):
    """What is changed in place is changed for all who read it."""
    size = (3, 8, 8)

    def __init__(self):
        super().__init__()
        self.a, self.b, self.act, self.head = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 4, 1), nn.ReLU(inplace=True), nn.Linear(8, 5)

    def forward(self, x):
        x = self.a(x)
        y = self.b(self.act(x))
        y.add_(x).tanh_()
        z = torch.cat([x, y], 1)
        return self.head(F.avg_pool2d(z, z.size()[2:]).squeeze(-1).squeeze(-1))


class Attended(nn.Module):
    """Attention written out, as timm has it, with a scale of every channel."""

    def __init__(self, width, heads, fused=False):
        super().__init__()
        self.heads, self.scale, self.fused = heads, (width // heads) ** -0.5, fused
        self.qkv, self.proj, self.drop = nn.Linear(width, 3 * width), nn.Linear(width, width), nn.Dropout(0.1)

    def forward(self, x):
        B, N, C = x.shape
        qkv = self.qkv(x).reshape(B, N, 3, self.heads, C // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind(0) if self.fused else (qkv[0], qkv[1], qkv[2])
        attn = self.drop(((q * self.scale) @ k.transpose(-2, -1)).softmax(dim=-1))
        return self.proj((attn @ v).transpose(1, 2).reshape(B, N, C))


class Separate(nn.Module):
    """Attention with three layers for queries, keys and values."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v = nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, x):
        b, n, c = x.size()
        q, k, v = (part(x).view(b, n, self.heads, c // self.heads).transpose(1, 2) for part in (self.q, self.k, self.v))
        scores = torch.matmul(q, k.transpose(2, 3)) / (c // self.heads) ** 0.5
        return torch.matmul(F.softmax(scores, dim=-1), v).transpose(1, 2).contiguous().view(b, n, c)


class LayerScale(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gamma = nn.Parameter(torch.full((width,), 0.1))

    def forward(self, x):
        return x * self.gamma


class Vit(nn.Module):
    size = (3, 16, 16)

    def __init__(self):
        super().__init__()
        self.proj = nn.Conv2d(3, 12, 4, 4)
        self.cls_token, self.pos_embed = nn.Parameter(torch.randn(1, 1, 12)), nn.Parameter(torch.randn(1, 17, 12))
        self.norm1, self.attn1, self.ls1 = nn.LayerNorm(12, 1e-6), Attended(12, 3), LayerScale(12)
        self.norm2, self.attn2, self.attn3 = nn.LayerNorm(12), Attended(12, 2, fused=True), Separate(12, 4)
        self.encoder = nn.TransformerEncoderLayer(12, 3, 20, batch_first=True, activation="gelu")
        self.head = nn.Linear(12, 5)

    def forward(self, x):
        x = self.proj(x).flatten(2).transpose(1, 2)
        x = torch.cat((self.cls_token.expand(x.shape[0], -1, -1), x), dim=1) + self.pos_embed
        x = x + self.ls1(self.attn1(self.norm1(x)))
        x = x + self.attn2(self.norm2(x))
        x = x + self.attn3(x)
        return self.head(self.encoder(x)[:, 0])


class Mixer(nn.Module):
    """Tokens mixed by a linear layer along them, on channels that lie last; the mean of all tokens at the end."""
    size = (3, 16, 16)

    def __init__(self):
        super().__init__()
        self.stem, self.norm, self.gamma = nn.Conv2d(3, 6, 4, 4), nn.LayerNorm(6), nn.Parameter(torch.ones(6, 1, 1))
        self.fc1, self.fc2, self.fc3, self.head = nn.Linear(16, 9), nn.Linear(9, 16), nn.Linear(6, 6), nn.Linear(6, 5)

    def forward(self, x):
        x = (self.stem(x) * self.gamma).permute(0, 2, 3, 1)
        x = F.silu(self.fc3(self.norm(x))) + x
        x = x.reshape(x.size(0), -1, x.size(-1))
        x = x + self.fc2(F.gelu(self.fc1(x.transpose(1, 2)))).transpose(1, 2)
        return self.head(x.mean(dim=1))


class Dense(nn.Module):
    size = (1, 8, 8)

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Flatten(), nn.Linear(64, 12), nn.BatchNorm1d(12), nn.SiLU(), nn.Dropout(0.3), nn.Linear(12, 12),
                                  nn.LayerNorm(12), nn.ReLU6())
        self.one, self.two, self.head = nn.Linear(12, 3), nn.Linear(12, 4), nn.Linear(7, 5)

    def forward(self, x, return_features=False):
        x = self.body(x)
        x = torch.cat([torch.clamp(self.one(x), min=0), self.two(x).relu()], dim=-1)
        return x if return_features else {"logits": self.head(x), "features": x}


class Grown(nn.Module):
    """Maps of several sizes, brought to one."""
    size = (3, 12, 12)

    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = (nn.Conv2d(3, 4, 3, stride, 1) for stride in (1, 2, 3))
        self.up, self.norm, self.head = nn.Upsample(scale_factor=2, mode="bilinear"), nn.InstanceNorm2d(4, affine=True), nn.Linear(4, 5)

    def forward(self, x):
        x = self.a(x) + self.up(self.b(x)) + F.interpolate(self.c(x), size=(12, 12))
        x = F.interpolate(self.norm(x).relu(), scale_factor=(1, 2), mode="nearest")
        return self.head(x.amax(dim=(2, 3)))


class Again(nn.Module):
    """A convolution called twice, and a linear layer whose arrays are those of another."""
    size = (3, 8, 8)

    def __init__(self):
        super().__init__()
        self.stem, self.conv = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)
        self.bn1, self.bn2 = nn.BatchNorm2d(4), nn.BatchNorm2d(4)
        self.fc1, self.fc2, self.head = nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 5)
        self.fc2.weight, self.fc2.bias = self.fc1.weight, self.fc1.bias

    def forward(self, x):
        x = F.relu(self.bn1(self.conv(self.stem(x))))
        x = F.relu(self.bn2(self.conv(x))).mean([2, 3])
        return self.head(torch.tanh(self.fc2(torch.tanh(self.fc1(x)))))


FOLLOWED = [Classic, Gated, Segmented, Padded, Changed, Vit, Mixer, Dense, Grown, Again]


class Depends(nn.Module):
    size, says = (1, 4, 4), ["error: the network itself", "zoo.py:", "depends on the numbers in a tensor"]

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(16, 5)

    def forward(self, x):
        x = x.flatten(1)
        return self.head(-x if x.sum() > 0 else x)


class Counts(Depends):
    says = ["item reads numbers out of a tensor"]

    def forward(self, x):
        return self.head(x.flatten(1) * x.mean().item())


class Unknown(nn.Module):
    """Several places, each in a sentence of its own, the same reason once."""
    size = (3, 8, 8)
    says = ["error: body.1 (", "), body.3 (", "nn.ELU has no counterpart", "nn.PixelShuffle has no", "zoo.py:", "fft_fft has no"]

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 4, 1), nn.ELU(), nn.Conv2d(4, 4, 1), nn.ELU(), nn.PixelShuffle(2))
        self.head = nn.Linear(256, 5)

    def forward(self, x):
        return self.head(torch.fft.fft(self.body(x)).real.flatten(1))


class Aligned(nn.Module):
    size, says = (3, 4, 4), ["with aligned corners", "a transposed convolution in groups"]

    def __init__(self):
        super().__init__()
        self.up, self.grouped = nn.UpsamplingBilinear2d(scale_factor=2), nn.ConvTranspose2d(3, 3, 1, groups=3)
        self.head = nn.Linear(192, 5)

    def forward(self, x):
        return self.head(self.grouped(self.up(x)).flatten(1))


class Shared(nn.Module):
    size, says = (1, 4, 4), ["the batch-norm 'bn' is computed a second time", "isn't shared"]

    def __init__(self):
        super().__init__()
        self.fc, self.head, self.bn = nn.Linear(16, 16), nn.Linear(16, 5), nn.BatchNorm1d(16)

    def forward(self, x):
        return self.head(self.bn(self.fc(F.relu(self.bn(x.flatten(1))))))


class Tied(Shared):
    says = ["'fc2.weight' is that of 'fc.weight'"]

    def __init__(self):
        super().__init__()
        self.fc2 = nn.Linear(16, 16)
        self.fc2.weight = self.fc.weight

    def forward(self, x):
        return self.head(self.fc2(F.relu(self.fc(x.flatten(1)))))


class Last(nn.Module):
    size, says = (3, 4, 4), ["an order of features that Espalier does not have"]

    def __init__(self):
        super().__init__()
        self.conv, self.head = nn.Conv2d(3, 2, 1), nn.Linear(32, 5)

    def forward(self, x):
        return self.head(self.conv(x).permute(0, 2, 3, 1).flatten(1))


class Always(Shared):
    says = ["draws a dropout in evaluation"]

    def forward(self, x):
        return self.head(F.dropout(self.fc(x.flatten(1))))


class Hidden(Shared):
    says = ["Linear isn't registered as a part of the network"]

    def __init__(self):
        super().__init__()
        self.hidden = [nn.Linear(16, 16)]

    def forward(self, x):
        return self.head(self.hidden[0](x.flatten(1)))


class Two(Shared):
    says = ["forward takes a second argument, 'mask'"]

    def forward(self, x, mask):
        return self.head(x.flatten(1) * mask)


class Wrong(Shared):
    says = ["RuntimeError", "shapes"]

    def forward(self, x):
        return self.head(x)


class Normalised(Shared):
    says = ["--normalization"]

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.5]))

    def forward(self, x):
        return self.head(((x - self.mean) / 0.2).flatten(1))


class Maps(nn.Module):
    size, says = (3, 4, 4), ["the network ends in 5 x 4 x 4"]

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 5, 1)

    def forward(self, x):
        return self.conv(x)


class Several(Shared):
    says = ["forward returns several things", "--output"]

    def forward(self, x):
        return self.head(x.flatten(1)), x


class Half(nn.Module):
    size, says = (3, 4, 4), ["takes a part of the channels"]

    def __init__(self):
        super().__init__()
        self.conv, self.head = nn.Conv2d(3, 4, 1), nn.Linear(32, 5)

    def forward(self, x):
        a, b = self.conv(x).chunk(2, dim=1)
        return self.head((a * b).flatten(1))


REFUSED = [Depends, Counts, Unknown, Aligned, Shared, Tied, Last, Always, Hidden, Two, Wrong, Normalised, Maps, Several, Half]
