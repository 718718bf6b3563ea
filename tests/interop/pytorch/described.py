"""What a description and safetensors compute, by PyTorch's functions alone: neither the exporter's code nor espalier's."""
import json
import struct

import torch
import torch.nn.functional as F

EACH = {"relu": F.relu, "relu6": F.relu6, "gelu": F.gelu, "silu": F.silu, "hard-swish": F.hardswish, "sigmoid": torch.sigmoid,
        "hard-sigmoid": F.hardsigmoid, "tanh": torch.tanh}


def arrays(path):
    """Of a safetensors file of float32."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        numbers = bytearray(file.read())
    header.pop("__metadata__", None)
    flat = torch.frombuffer(numbers, dtype=torch.float32)
    result = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32", entry
        low, high = entry["data_offsets"]
        result[name] = flat[low // 4:high // 4].reshape(entry["shape"])
    return result


class Description:
    def __init__(self, path, weights):
        with open(path, encoding="utf-8") as file:
            self.nodes = json.load(file)["nodes"]
        self.arrays, self.read = arrays(weights), set()

    @property
    def operations(self):
        return {node["operation"]["op"] for node in self.nodes}

    def array(self, name, wanted=True):
        self.read.add(name)
        return self.arrays[name] if wanted else None

    def logits(self, images):
        values, last = {}, None
        for node in self.nodes:
            fields = {key.replace("-", "_"): value for key, value in node["operation"].items()}
            given = [values[name] for name in node.get("inputs", [last] if last else [])]
            owner = node.get("weights", node["name"])
            values[node["name"]] = images if fields["op"] == "input" else self.one(owner, *given, **fields)
            last = node["name"]
        return values[last]

    def one(self, name, *given, op, **fields):
        x = given[0]
        if op in EACH:
            return EACH[op](x)
        if op in ("add", "multiply"):
            for other in given[1:]:
                x = x + other if op == "add" else x * other
            return x
        if op == "concat":
            return torch.cat(given, 1)
        return getattr(self, op.replace("-", "_"))(name, x, **fields)

    def conv(self, name, x, kernel, out=None, stride=1, padding=0, bias=False, dilation=1, groups=1):
        weight = self.array(f"{name}.weight")
        assert out in (None, len(weight))
        return F.conv2d(x, weight, self.array(f"{name}.bias") if bias else None, stride, padding, dilation, groups)

    def depthwise_conv(self, name, x, **fields):
        return self.conv(name, x, groups=x.shape[1], **fields)

    def conv_transpose(self, name, x, out, kernel, stride=1, padding=0, output_padding=0, bias=False, dilation=1):
        return F.conv_transpose2d(x, self.array(f"{name}.weight"), self.array(f"{name}.bias") if bias else None, stride, padding,
                                  output_padding, 1, dilation)

    def linear(self, name, x, out, bias=True, along="features", underscore=False):
        dot = "_" if underscore else "."
        weight, bias = self.array(f"{name}{dot}weight"), self.array(f"{name}{dot}bias") if bias else None
        assert x.dim() == (2 if along == "features" else 4)
        return F.linear(x, weight, bias) if along == "features" else F.linear(x.movedim(1, -1), weight, bias).movedim(-1, 1)

    def scale(self, name, x, initial=1, vector=False):
        return x * self.array(name).reshape(-1, *[1] * (x.dim() - 2))

    def norms(self, name, affine):
        return [self.array(f"{name}.{part}") if affine else None for part in ("weight", "bias")]

    def batch_norm(self, name, x, epsilon=1e-5, momentum=0.1, affine=True):
        mean, variance = self.array(f"{name}.running_mean"), self.array(f"{name}.running_var")
        return F.batch_norm(x, mean, variance, *self.norms(name, affine), False, momentum, epsilon)

    def layer_norm(self, name, x, epsilon=1e-5):
        assert x.dim() == 2
        return F.layer_norm(x, x.shape[1:], *self.norms(name, True), epsilon)

    def layer_norm_2d(self, name, x, epsilon=1e-5):
        return F.layer_norm(x.movedim(1, -1), x.shape[1:2], *self.norms(name, True), epsilon).movedim(-1, 1)

    def group_norm(self, name, x, groups=1, epsilon=1e-5, affine=True):
        return F.group_norm(x, groups, *self.norms(name, affine), epsilon)

    def instance_norm(self, name, x, epsilon=1e-5, affine=False):
        return F.group_norm(x, x.shape[1], *self.norms(name, affine), epsilon)

    def leaky_relu(self, name, x, slope=0.01):
        return F.leaky_relu(x, slope)

    def softmax(self, name, x):
        return x.softmax(1)

    def max_pool(self, name, x, kernel, stride, padding=0, dilation=1, ceil_mode=False):
        return F.max_pool2d(x, kernel, stride, padding, dilation, ceil_mode)

    def average_pool(self, name, x, kernel, stride, padding=0, ceil_mode=False, count_padding=True):
        return F.avg_pool2d(x, kernel, stride, padding, ceil_mode, count_padding)

    def global_average_pool(self, name, x):
        return x.mean((2, 3), keepdim=True)

    def adaptive_average_pool(self, name, x, size):
        return F.adaptive_avg_pool2d(x, size)

    def upsample(self, name, x, factor=None, size=None, mode="nearest"):
        factor = tuple(map(float, factor)) if isinstance(factor, list) else factor
        return F.interpolate(x, size, factor, mode, **({"align_corners": False} if mode == "bilinear" else {}))

    def flatten(self, name, x):
        return x.flatten(1)

    def tokens(self, name, x):
        return x.flatten(2).unsqueeze(-1)

    def transpose(self, name, x):
        return x.transpose(1, 2)

    def token(self, name, x, index=0):
        return x[:, :, index:index + 1]

    def class_token(self, name, x):
        token = self.array(name).reshape(1, -1, 1, 1)
        return torch.cat([token.expand(len(x), -1, 1, 1), x], 2)

    def position_embedding(self, name, x):
        return x + self.array(name).transpose(1, 2).unsqueeze(-1)

    def attention(self, name, x, heads):
        """In float64 and written out, so that no version's own attention is the judge of itself."""
        n, channels, tokens, _ = x.shape
        q, k, v = x.double().reshape(n, 3, heads, channels // 3 // heads, tokens).unbind(1)
        scores = torch.einsum("nhdq,nhdk->nhqk", q, k) / q.shape[2] ** 0.5
        return torch.einsum("nhqk,nhdk->nhdq", scores.softmax(-1), v).reshape(n, channels // 3, tokens, 1).float()

    def pad_shortcut(self, name, x, out, stride):
        border = (out - x.shape[1]) // 2
        return F.pad(x[:, :, ::stride, ::stride], (0, 0, 0, 0, border, border))
