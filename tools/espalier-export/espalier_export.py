#!/usr/bin/env python3
"""Describes a PyTorch network for Espalier: a JSON description of its graph, and its weights as safetensors.

  python espalier_export.py my_module:build --input 3x224x224 -o net.json --weights w.safetensors
  python espalier_export.py model.py:Net --input 1x28x28 --checkpoint A.pth -o net.json
  python espalier_export.py "torchvision.models:resnet18(num_classes=10)" --input 3x64x64 -o net.json

What follows the colon is a module, a class of modules, or a function that returns a module, with its arguments if it takes any. The
network is followed by torch.fx in evaluation mode, on random images of the given size; names of arrays stay those of its state_dict, so
that Espalier reads its checkpoints with --model net.json. Whatever cannot be followed is said in a sentence, with its place. If the program
`espalier` is at hand (on the PATH, or named by the environment's ESPALIER), it reads what was written and computes logits, which are
compared with PyTorch's; for that, every array gets random values, so that nothing hides behind a zero or a one.

Needs Python 3.8 and PyTorch 1.13 or newer, nothing else. Exit codes: 0 done, 1 the logits differ, 2 something cannot be followed or read.
"""
import argparse
import ast
import ctypes
import importlib
import importlib.util
import inspect
import json
import math
import operator
import os
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile

import torch
from torch import nn
from torch.fx import Proxy, Tracer

CLOSE = 1e-4  # Largest difference of logits, as a share of the largest logit; roundings of float32 make some 1e-6.
LIBRARY = os.path.dirname(torch.__file__) + os.sep
# What tells of a tensor nothing that depends on the numbers in it.
SHAPES = {"size", "dim", "numel", "shape", "ndim", "ndimension", "stride", "is_floating_point", "is_complex", "is_contiguous", "is_tensor",
          "element_size", "type", "get_device", "_assert", "_check", "is_nested", "has_torch_function", "nelement", "is_same_size",
          "__len__"}


class Fault(Exception):
    """One sentence about what cannot be followed, or read."""


# ---- following a network -------------------------------------------------------------------------------------------------------------


class Traced(Proxy):
    """A tensor on its way through the network. Its sizes are those of the example, so that what depends on sizes alone can be followed."""

    @property
    def example(self):
        return self.node.meta["example"]

    def __getattr__(self, name):
        if name in ("node", "tracer") or name.startswith("__"):
            raise AttributeError(name)
        found = getattr(self.example, name)  # What a tensor does not have, it does not have here either.
        if holds_tensor(found):
            return self.tracer.create_proxy("call_function", getattr, (self, name), {})
        return super().__getattr__(name) if callable(found) else found

    def __iter__(self):
        return iter([self[i] for i in range(len(self))])

    def __len__(self):
        return len(self.example)

    def __bool__(self):
        raise Fault("its course depends on the numbers in a tensor (if, while, assert), so it isn't the same for all images")

    def read(self, *_):
        raise Fault("reads a number out of a tensor, so what it does isn't the same for all images")

    __int__ = __float__ = __index__ = read

    def __iadd__(self, other):
        return self.tracer.create_proxy("call_function", operator.iadd, (self, other), {})

    def __imul__(self, other):
        return self.tracer.create_proxy("call_function", operator.imul, (self, other), {})


def holds_tensor(value):
    if isinstance(value, dict):
        return any(map(holds_tensor, value.values()))
    return isinstance(value, torch.Tensor) or isinstance(value, (tuple, list)) and any(map(holds_tensor, value))


def mapped(value, change):
    """A structure with everything in it changed."""
    if isinstance(value, (tuple, list)) and not isinstance(value, torch.Size):
        made = [mapped(v, change) for v in value]
        return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)
    if isinstance(value, dict):
        return {key: mapped(v, change) for key, v in value.items()}
    if isinstance(value, slice):
        return slice(mapped(value.start, change), mapped(value.stop, change), mapped(value.step, change))
    return change(value)


class Follower(Tracer):
    """torch.fx's tracer, which computes each call on example images while it records it, with its place in modules and source."""

    def __init__(self, images, progress):
        super().__init__()
        self.images, self.progress, self.path, self.calls = images, progress, "", 0
        self.computing = False  # Inside of a module that is a call of its own, nothing is recorded.

    def proxy(self, node):
        return Traced(node, self)

    def is_leaf_module(self, module, path):
        return rule_of(module) is not None or (type(module).__module__.startswith("torch.nn.") and not any(module.children())
                                               and not isinstance(module, (nn.Sequential, nn.ModuleList, nn.ModuleDict)))

    def call_module(self, module, forward, args, kwargs):
        if self.computing:
            return forward(*args, **kwargs)
        if is_compiled(module):
            raise Fault(f"'{self.path_of_module(module)}' is compiled by torch.compile, which torch.fx cannot follow; export the network "
                        "before parts of it are compiled")
        outer = self.path
        try:
            self.path = self.path_of_module(module)
        except NameError:
            raise Fault(f"{type(module).__name__} isn't registered as a part of the network; keep it in an attribute, nn.ModuleList or "
                        "nn.ModuleDict") from None
        result = super().call_module(module, forward, args, kwargs)
        self.path = outer  # Not in a finally: where something goes wrong, the path tells where.
        return result

    def getattr(self, attr, attr_val, parameter_proxy_cache):
        return attr_val if self.computing else super().getattr(attr, attr_val, parameter_proxy_cache)

    def create_arg(self, a):
        return a.node if isinstance(a, Proxy) else super().create_arg(a)

    def create_proxy(self, kind, target, args, kwargs, name=None, type_expr=None, proxy_factory_fn=None):
        self.computing = True
        try:
            example = self.compute(kind, target, args, kwargs)
        finally:
            self.computing = False
        if not holds_tensor(example):
            return example
        proxy = super().create_proxy(kind, target, args, kwargs, name, type_expr, proxy_factory_fn)
        proxy.node.meta.update(example=example, path=self.path, source=self.source())
        self.calls += 1
        self.progress(f"following {self.path}")
        return proxy

    def compute(self, kind, target, args, kwargs):
        args, kwargs = mapped((args, kwargs), lambda a: a.example if isinstance(a, Traced) else a)
        if kind == "placeholder":
            if target.startswith("*"):
                return {} if target.startswith("**") else ()
            if self.images is None and args:
                return args[0]  # Its default.
            if self.images is None:
                raise Fault(f"forward takes a second argument, '{target}'; expected one, the images")
            images, self.images = self.images, None
            return images
        if kind == "get_attr":
            return operator.attrgetter(target)(self.root)
        if kind == "call_module":
            return self.root.get_submodule(target)(*args, **kwargs)
        called = target if kind == "call_function" else lambda self, *rest, **named: getattr(self, target)(*rest, **named)
        result = called(*args, **kwargs)
        if result is not None and not holds_tensor(result) and name_of(target) not in SHAPES and called is not getattr:
            raise Fault(f"{name_of(target)} reads numbers out of a tensor, so what follows isn't the same for all images")
        return result

    @staticmethod
    def source():
        """The line of the user's program that is being run."""
        frame = sys._getframe(2)
        while frame is not None:
            file = frame.f_code.co_filename
            if not file.startswith((LIBRARY, "<")) and file != __file__:
                return line_of(file, frame.f_lineno)
            frame = frame.f_back
        return None


def name_of(target):
    return (target if isinstance(target, str) else getattr(target, "__name__", str(target)))


def follow(model, images, progress):
    """The network's calls in their order, as torch.fx has them, or a Fault that says where they end."""
    follower = Follower(images, progress)
    try:
        with torch.no_grad():
            return follower.trace(model), follower.calls
    except Exception as fault:
        lines = [frame for frame in inspect.getinnerframes(fault.__traceback__, context=0)
                 if not frame.filename.startswith((LIBRARY, "<")) and frame.filename != __file__]
        place = place_of(follower.path, line_of(lines[-1].filename, lines[-1].lineno) if lines else None)
        what = f"{fault}" if isinstance(fault, Fault) else f"{type(fault).__name__}: {fault}"
        raise Fault(f"{place}: {what}".rstrip(".") + ".") from fault


def line_of(file, line):
    return f"{os.path.relpath(file) if file.startswith(os.getcwd() + os.sep) else file}:{line}"


def place_of(path, source):
    return (path or "the network itself") + (f" ({source})" if source else "")


# ---- what goes from operation to operation ---------------------------------------------------------------------------------------------


class Value:
    """What a node of the description gives, and how PyTorch sees it: `axes` says of each of its dimensions what it is of Espalier's maps
    C x H x W (N: the images; h and d: heads and their units, q: queries, keys, values). Axes that PyTorch does not see are of size 1."""

    def __init__(self, node, axes, dims, flat=False, sizes=None):
        self.node, self.axes, self.dims, self.flat = node, axes, tuple(dims), flat
        self.sizes = sizes or {letter: size for letter, size in zip(axes, dims) if letter in "CHW"}
        self.times, self.pad, self.steps, self.part, self.doubted = 1.0, (0, 0), None, None, False

    def seen(self, axes, dims, **changes):
        """The same numbers in another order."""
        other = Value(self.node, axes, dims, self.flat, self.sizes)
        other.times, other.pad, other.steps, other.part, other.doubted = self.times, self.pad, self.steps, self.part, self.doubted
        vars(other).update(changes)
        return other

    def size(self, letter):
        return self.sizes.get(letter, 1)


class Array:
    """An array of the network, or what was made of it by looking at it in another shape."""

    def __init__(self, name, now, whole):
        self.name, self.now, self.whole = name, now, whole


class Scores:
    """Queries times keys, of every head."""

    def __init__(self, queries, keys, times, softmaxed=False):
        self.queries, self.keys, self.times, self.softmaxed, self.doubted = queries, keys, times, softmaxed, False


class Lazier(Exception):
    """Features turned out to be maps of one position: there, nothing is to be flattened."""

    def __init__(self, nodes):
        super().__init__()
        self.nodes = nodes


# ---- describing it -------------------------------------------------------------------------------------------------------------------

RULES = {}


def rule(*names):
    """Names of functions, methods and modules that the following describes. A module's attributes are the function's arguments."""
    def register(function):
        RULES.update(dict.fromkeys(names, function))
        return function
    return register


def rule_of(module):
    """Of a module of torch.nn, or of a class derived from one that computes what that does."""
    if type(module).__name__ in ("StochasticDepth", "DropPath"):
        return RULES["alias"]
    for kind in type(module).__mro__:
        if kind.__module__.startswith("torch.nn.") and kind.__name__ in RULES:
            return RULES[kind.__name__] if kind.forward is type(module).forward else None
    return None


class Describer:
    """Turns recorded calls into nodes."""

    def __init__(self, model, graph, lazy):
        self.model, self.graph, self.lazy = model, graph, lazy
        self.nodes, self.known, self.arrays, self.faults, self.notes, self.left_out = {}, {}, {}, {}, [], {}
        self.flattened, self.after, self.here = {}, None, None
        self.reserved = {name.rpartition(".")[0] for name in model.state_dict()} | {name for name, _ in model.named_parameters()}
        self.names = {id(tensor): name for name, tensor in [*model.named_buffers(), *model.named_parameters()]}

    # -- the walk

    def describe(self, pick):
        for fx in self.graph.nodes:
            self.here = fx
            if fx.op == "output":
                return self.end(mapped(fx.args[0], self.translated), pick)
            self.known[fx] = self.guarded(fx)

    def guarded(self, fx):
        args, kwargs = mapped((fx.args, fx.kwargs), self.translated)
        given = []
        mapped((args, kwargs), given.append)
        try:
            result = self.one(fx, args, kwargs)
            doubted = False
        except Fault as fault:
            if not any(getattr(value, "doubted", False) for value in given) or f"{fault}".endswith("operations"):
                self.faults.setdefault(f"{fault}", []).append(self.place())
            result, doubted = mapped(fx.meta.get("example"), self.guess), True
        except (TypeError, ValueError, AttributeError, KeyError, IndexError) as fault:
            if not any(getattr(value, "doubted", False) for value in given):
                self.faults.setdefault(f"{name_of(fx.target)} is used in a way that isn't understood ({fault})", []).append(self.place())
            result, doubted = mapped(fx.meta.get("example"), self.guess), True
        if doubted or any(getattr(value, "doubted", False) for value in given):
            mapped(result, lambda value: vars(value).update(doubted=True) if isinstance(value, (Value, Scores)) else None)
        return result

    def translated(self, arg):
        return self.known[arg] if isinstance(arg, torch.fx.Node) else self.constant(arg) if isinstance(arg, torch.Tensor) else arg

    def constant(self, tensor):
        return Array(self.names.get(id(tensor)), tensor, tensor)

    def guess(self, example):
        """What might stand where something could not be followed, so that the rest is looked at, too."""
        if not isinstance(example, torch.Tensor) or not 2 <= example.dim() <= 4:
            return example
        return Value("?", {2: "NC", 3: "NHC", 4: "NCHW"}[example.dim()], example.shape, flat=example.dim() == 2)

    def place(self):
        return place_of(self.here.meta.get("path"), self.here.meta.get("source"))

    def one(self, fx, args, kwargs):
        if fx.op == "placeholder":
            images = fx.meta["example"]
            name = "input" if "input" not in self.reserved else "images"
            self.nodes[name] = ("input", dict(zip(("channels", "height", "width"), images.shape[1:])), [])
            return Value(name, "NCHW", images.shape)
        if fx.op == "get_attr":
            return self.constant(operator.attrgetter(fx.target)(self.model))
        if fx.op == "call_module":
            module = self.model.get_submodule(fx.target)
            found = rule_of(module)
            if found is None:
                raise Fault(f"nn.{type(module).__name__} has no counterpart among Espalier's operations")
            if found is not RULES["MultiheadAttention"]:
                # The rule's arguments are the module's attributes, by the same names.
                names = [name for name in list(inspect.signature(found).parameters)[2:] if hasattr(module, name)]
                kwargs = {name: self.attribute(fx.target, module, name) for name in names if name != "shape"}
            return self.kept(fx, found(self, *args, **kwargs), getattr(module, "inplace", False))
        name = name_of(fx.target)
        mutates = name.endswith("_") and not name.endswith("__") or fx.target in (operator.iadd, operator.imul) or kwargs.get("inplace")
        if name == "getattr":
            name = args[1]
        kwargs.pop("_stacklevel", None)  # How far up a warning of PyTorch's looks for its place.
        found = RULES.get(name) or RULES.get(name.rstrip("_"))
        if found is None:
            raise Fault(f"{name} has no counterpart among Espalier's operations")
        if "input" in kwargs:
            args = (kwargs.pop("input"), *args)
        if any(isinstance(arg, Array) for arg in args) and not any(isinstance(a, (Value, Scores)) for a in flat_list((args, kwargs))):
            return self.looked_at(args, fx.meta["example"])
        return self.kept(fx, found(self, *args, **kwargs), mutates)

    def kept(self, fx, result, in_place):
        """What an operation in place does, it does to all that have the same numbers."""
        changed = fx.meta["example"]
        for other in self.known if in_place else ():
            example = other.meta.get("example")
            if isinstance(example, torch.Tensor) and example.data_ptr() == changed.data_ptr() and example.shape == changed.shape:
                self.known[other] = result
        return result

    def attribute(self, path, module, name):
        value = getattr(module, name)
        if not isinstance(value, torch.Tensor):
            return value
        return Array(f"{path}.{name}" if path else name, value, value)

    def looked_at(self, args, example):
        """Arrays alone: only their shape may change."""
        whole = [arg for arg in args if isinstance(arg, Array)]
        same = len(whole) == 1 and isinstance(example, torch.Tensor) and (
            example.numel() == whole[0].now.numel() and torch.equal(example.flatten(), whole[0].now.flatten())
            or example.shape[1:] == whole[0].now.shape[1:] and torch.equal(example[:1], whole[0].now[:1]) and name_of(self.here.target)
            in ("expand", "repeat", "expand_as"))
        return Array(whole[0].name if same else None, example, whole[0].whole if same else example)

    # -- nodes

    def name(self, short=None):
        path, own = self.here.meta["path"], self.here.op == "call_module"
        called = name_of(self.here.target).strip("_").replace("iadd", "add").replace("imul", "mul")
        base = path if own and short is None else ".".join(filter(None, (path, short or called)))
        name, count = base, 1
        while name in self.nodes or name in self.reserved:
            count += 1
            name = f"{base}_{count}"
        return name

    def put(self, op, inputs, axes, dims, flat=False, name=None, arrays=(), **fields):
        """A new node."""
        name = name or self.name()
        fields = {key.replace("_", "-"): value for key, value in fields.items() if value is not None}
        twins = [next((other for other, known in self.arrays.items() if known is tensor), None) for _, tensor in arrays]
        if any(twins):
            return self.put_again(op, inputs, axes, dims, flat, name, arrays, twins, fields)
        if name in self.nodes:
            raise Fault(f"'{name}' is computed a second time with other arrays")
        self.arrays.update(arrays)
        self.nodes[name] = (op, fields, inputs)
        return Value(name, axes, dims, flat)

    def put_again(self, op, inputs, axes, dims, flat, name, arrays, twins, fields):
        """A node with the arrays of an earlier one, which it names."""
        first = next(twin for twin in twins if twin)
        owner = next((node for node in self.nodes if first in (node, f"{node}.weight", f"{node}.bias", f"{node}_weight")), None)
        known = self.nodes.get(owner)
        same = known and known[0] == op and all(twins) and all(known[1].get(key) == fields.get(key) for key in ("bias", "groups", "vector"))
        if op == "batch-norm":
            raise Fault(f"the batch-norm '{owner or first}' is computed a second time; its statistics are of one place, so it isn't shared")
        if not same or len([a for a in self.arrays if a == owner or a.rpartition(".")[0] == owner]) != len(arrays):
            raise Fault(f"the array '{arrays[0][0]}' is that of '{first}', too; only all arrays of a layer of the same kind can be shared")
        base, count = name, 1
        while name in self.nodes:  # The same module called again: it has no names of its own in the state dict.
            count += 1
            name = f"{base}#{count}"
        self.nodes[name] = (op, fields, inputs, owner)
        return Value(name, axes, dims, flat)

    def owner(self, weight, bias, ending="weight"):
        """The name of a node whose arrays these are, and the arrays; `bias` may be missing."""
        if not isinstance(weight, Array) or not weight.name or weight.now is not weight.whole:
            raise Fault("its weight is computed from other arrays")
        name, dot, last = weight.name.rpartition(".")
        if last != ending or isinstance(bias, Array) and bias.name != f"{name}.bias":
            raise Fault(f"its arrays are called '{weight.name}'" + (f" and '{bias.name}'" if isinstance(bias, Array) else "")
                        + "; Espalier has only those called 'weight' and 'bias'")
        return name, [(a.name, a.whole) for a in (weight, bias) if isinstance(a, Array)]

    def plain(self, x):
        """A value as it is in the description, with nothing left to do."""
        if not isinstance(x, Value):
            raise Fault("is given something that isn't computed from the images")
        if x.times != 1 and not x.doubted:
            raise Fault(f"a factor of {x.times:.6g} before it has no counterpart among Espalier's operations")
        if x.part is not None:
            raise Fault("takes a part of the channels, which only attention may")
        if x.pad != (0, 0):
            raise Fault("follows a border of zeros, which only a convolution can have here")
        if x.steps:
            return self.put("max-pool", [x.node], x.axes, x.dims, name=self.name("every"), kernel=1, stride=pair(x.steps))
        return x

    def with_channels(self, x, letter, plain=True):
        """The value with this axis as channels: tokens become channels where they must."""
        x = self.plain(x) if plain else x
        if letter == "C":
            return x
        if letter not in "HW" or x.size("W") > 1:
            raise Fault(f"works along {'rows' if letter == 'H' else 'columns' if letter == 'W' else 'the images'} alone, which Espalier "
                        "cannot")
        name = self.name("transpose")
        self.nodes[name] = ("transpose", {}, [x.node])
        sizes = {"C": x.size("H"), "H": x.size("C")}
        return x.seen(x.axes.translate(str.maketrans("CH", "HC")), x.dims, node=name, sizes=sizes)

    def settled(self, x):
        """[N, C] are features."""
        if x.axes != "NC" or x.flat or self.here in self.lazy or x.part is not None:
            return x
        return self.flattened_to(self.plain(x))

    def flattened_to(self, x):
        own = self.here.op == "call_module" and type(self.model.get_submodule(self.here.target)).__name__ == "Flatten"
        flat = self.put("flatten", [x.node], "NC", (x.dims[0], x.size("C") * x.size("H") * x.size("W")), flat=True,
                        name=self.name(None if own else "flatten"))
        self.flattened[flat.node] = (self.here, x)
        return flat

    def unflattened(self, x):
        """Features that are used as maps: they must have been maps of one position, and are not flattened, then."""
        sources, seen, todo = set(), set(), [x.node]
        while todo:
            node = todo.pop()
            if node in seen or node == "?":
                continue
            seen.add(node)
            if node in self.flattened:
                fx, before = self.flattened[node]
                if before.size("H") * before.size("W") > 1:
                    raise Fault("divides features into maps, which Espalier cannot")
                sources.add(fx)
            else:
                todo += self.nodes[node][2]
        raise Lazier(sources)

    # -- the end

    def end(self, result, pick):
        for key in pick:
            try:
                result = result[int(key) if isinstance(result, (tuple, list)) else key]
            except (KeyError, IndexError, ValueError, TypeError):
                raise Fault(f"--output {'.'.join(pick)}: there is no '{key}' in what forward returns") from None
        if isinstance(result, (dict, tuple, list)):
            keys = ", ".join(map(str, result if isinstance(result, dict) else range(len(result))))
            raise Fault(f"forward returns several things; say which by --output, one of {keys}.")
        self.here = list(self.graph.nodes)[-1]
        self.here.meta.update(path="", source=None, example=None)
        if not isinstance(result, Value):
            raise Fault("forward returns something that isn't computed from the images.")
        if result.doubted:
            return result.node
        result = self.plain(result)
        if not result.flat:
            if result.size("H") * result.size("W") > 1 or "C" not in result.axes:
                raise Fault(f"the network ends in {' x '.join(map(str, result.dims[1:]))}; expected class logits, a vector an image.")
            result = self.flattened_to(result)
        return result.node

    # -- rules: convolutions and linear layers

    @rule("Conv2d", "conv2d")
    def conv(self, x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
        name, arrays = self.owner(weight, bias)
        if padding_mode != "zeros" and any(pairs(padding)):
            raise Fault(f"a convolution with a border by '{padding_mode}' has no counterpart among Espalier's operations")
        border, x = x.pad, self.plain(self.with_channels(x.seen(x.axes, x.dims, pad=(0, 0)), x.axes[1]))
        if x.axes != "NCHW":
            raise Fault("is given rows and columns in another order than PyTorch's [N, C, H, W]")
        size, dilated = weight.now.shape, pairs(dilation)
        if isinstance(padding, str):
            whole = [d * (k - 1) for d, k in zip(dilated, size[2:])] if padding == "same" else [0, 0]
            if any(w % 2 for w in whole):
                raise Fault("padding 'same' of an even kernel has a border on one side alone, which Espalier cannot")
            padding = [w // 2 for w in whole]
        fields = dict(kernel=pair(size[2:]), stride=pair(stride), padding=pair([p + b for p, b in zip(pairs(padding), border)]),
                      bias=bias is not None, dilation=None if dilated == [1, 1] else pair(dilation))
        dims = self.here.meta["example"].shape
        if groups == x.size("C") == size[0] and groups > 1:
            return self.put("depthwise-conv", [x.node], "NCHW", dims, name=name, arrays=arrays, **fields)
        return self.put("conv", [x.node], "NCHW", dims, name=name, arrays=arrays, out=size[0], **fields,
                        groups=groups if groups > 1 else None)

    @rule("ConvTranspose2d", "conv_transpose2d")
    def conv_transpose(self, x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
        if groups != 1:
            raise Fault("a transposed convolution in groups has no counterpart among Espalier's operations")
        name, arrays = self.owner(weight, bias)
        x = self.plain(self.with_channels(x, x.axes[1]))
        if x.axes != "NCHW":
            raise Fault("is given rows and columns in another order than PyTorch's [N, C, H, W]")
        return self.put("conv-transpose", [x.node], "NCHW", self.here.meta["example"].shape, name=name, arrays=arrays,
                        out=weight.now.shape[1], kernel=pair(weight.now.shape[2:]), stride=pair(stride), padding=pair(padding),
                        output_padding=shown(output_padding, 0), bias=bias is not None, dilation=shown(dilation, 1))

    @rule("Linear", "linear", "NonDynamicallyQuantizableLinear")
    def linear(self, x, weight, bias=None):
        name, arrays = self.owner(weight, bias)
        x = self.with_channels(x, x.axes[-1])
        return self.put("linear", [x.node], x.axes, self.here.meta["example"].shape, x.flat, name=name, arrays=arrays,
                        out=weight.now.shape[0], bias=bias is not None, along=None if x.flat else "channels")

    # -- rules: norms

    def norm(self, op, x, weight, bias, name=None, **fields):
        if (weight is None) != (bias is None):
            raise Fault("has a scale without a shift, which Espalier cannot")
        name, arrays = self.owner(weight, bias) if weight is not None else (name or self.name(), [])
        return self.put(op, [x.node], x.axes, x.dims, x.flat, name=name, arrays=arrays, **fields)

    @rule("BatchNorm2d", "BatchNorm1d", "SyncBatchNorm", "batch_norm")
    def batch_norm(self, x, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
        if running_mean is None or training:
            raise Fault("batch-norm without running statistics has no counterpart among Espalier's operations")
        x = self.with_channels(x, x.axes[1])
        if momentum is None:
            self.notes.append(f"{self.here.meta['path']}: Espalier trains its running statistics with a momentum of 0.1.")
        affine, own = {} if weight is not None else {"affine": False}, (running_mean.name or "").rpartition(".")[0]
        result = self.norm("batch-norm", x, weight, bias, name=own, epsilon=eps, momentum=momentum, **affine)
        if running_mean.name != f"{result.node}.running_mean":
            raise Fault(f"its statistics are called '{running_mean.name}', which Espalier cannot")
        self.arrays.update((array.name, array.whole) for array in (running_mean, running_var))
        return result

    @rule("LayerNorm", "layer_norm")
    def layer_norm(self, x, normalized_shape, weight=None, bias=None, eps=1e-5):
        sizes = [normalized_shape] if isinstance(normalized_shape, int) else list(normalized_shape)
        if len(sizes) > 1:
            if weight is None and set(x.axes[-len(sizes):]) == {letter for letter in x.axes if letter != "N"}:
                return self.norm("group-norm", self.plain(x), None, None, groups=1, epsilon=eps, affine=False)
            raise Fault("layer-norm with a scale for every position has no counterpart among Espalier's operations")
        x = self.with_channels(x, x.axes[-1])
        if weight is None:
            raise Fault("layer-norm without scale and shift has no counterpart among Espalier's operations")
        return self.norm("layer-norm" if x.flat else "layer-norm-2d", x, weight, bias, epsilon=eps)

    @rule("GroupNorm", "group_norm")
    def group_norm(self, x, num_groups, weight=None, bias=None, eps=1e-5):
        x = self.with_channels(x, x.axes[1])
        return self.norm("group-norm", x, weight, bias, groups=num_groups, epsilon=eps, affine=None if weight is not None else False)

    @rule("InstanceNorm2d", "instance_norm")
    def instance_norm(self, x, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1, eps=1e-5):
        if running_mean is not None:
            raise Fault("instance-norm with running statistics has no counterpart among Espalier's operations")
        x = self.with_channels(x, x.axes[1])
        return self.norm("instance-norm", x, weight, bias, epsilon=eps, affine=weight is not None)

    # -- rules: nonlinearities

    def each(self, op, x, **fields):
        x = self.plain(x)
        return self.put(op, [x.node], x.axes, x.dims, x.flat, **fields).seen(x.axes, x.dims, sizes=x.sizes)

    @rule("GELU", "gelu")
    def gelu(self, x, approximate="none"):
        if approximate != "none":
            raise Fault("gelu by tanh has no counterpart among Espalier's operations")
        return self.each("gelu", x)

    @rule("LeakyReLU", "leaky_relu")
    def leaky_relu(self, x, negative_slope=0.01, inplace=False):
        return self.each("leaky-relu", x, slope=negative_slope)

    @rule("Hardtanh", "hardtanh", "clamp", "clip")
    def clamp(self, x, min_val=None, max_val=None, inplace=False, min=None, max=None):
        low, high = (min_val if min is None else min), (max_val if max is None else max)
        if low == 0 and high in (None, 6):
            return self.each("relu" if high is None else "relu6", x)
        raise Fault(f"limits values to {low} and {high}, which has no counterpart among Espalier's operations")

    @rule("Softmax", "softmax")
    def softmax(self, x, dim=None, dtype=None):
        axes = "NhHd" if isinstance(x, Scores) else x.axes
        dim = (1 if len(axes) in (2, 4) else 0) if dim is None else dim % len(axes)
        if isinstance(x, Scores):
            if dim != 3 or x.softmaxed:
                raise Fault("attention without a softmax over keys cannot be described")
            return Scores(x.queries, x.keys, x.times, softmaxed=True)
        return self.each("softmax", self.with_channels(x, x.axes[dim]))

    @rule("LogSoftmax", "log_softmax")
    def log_softmax(self, x, dim=None, dtype=None):
        if any(user.op != "output" for user in self.here.users) or x.axes[-1 if dim is None else dim] != "C":
            raise Fault("log_softmax has no counterpart among Espalier's operations but at the end")
        self.after = self.here
        self.notes.append("The log-softmax at the end is left out: a description ends in logits, whose cross-entropy is the same.")
        return x

    # -- rules: what does nothing, or nothing in evaluation

    @rule("Identity", "Dropout", "Dropout1d", "Dropout2d", "AlphaDropout", "dropout", "dropout1d", "dropout2d", "alpha_dropout", "alias",
          "stochastic_depth", "drop_path", "contiguous", "clone", "detach", "to", "float", "type_as", "requires_grad", "data", "cpu")
    def alias(self, x, *_, **__):
        kind = name_of(self.here.target)
        if self.here.op == "call_module":
            kind = type(self.model.get_submodule(self.here.target)).__name__
        if kind in ("dropout", "dropout1d", "dropout2d", "alpha_dropout") and __.get("training", _[1] if len(_) > 1 else True):
            raise Fault("draws a dropout in evaluation, too; pass training=self.training to it")
        if kind.lower().startswith(("drop", "alpha", "stochastic")):
            self.left_out[kind] = self.left_out.get(kind, 0) + 1
        return x

    @rule("expand", "expand_as", "repeat")
    def expand(self, x, *_, **__):
        dims = self.here.meta["example"].shape
        if len(dims) != len(x.dims):
            raise Fault("repeats values in a way that Espalier cannot")
        return x.seen(x.axes, dims)

    # -- rules: pools

    def windows(self, op, x, kernel, **fields):
        x = self.plain(self.with_channels(x, x.axes[1]))
        if x.axes != "NCHW":
            raise Fault("is given rows and columns in another order than PyTorch's [N, C, H, W]")
        return self.put(op, [x.node], x.axes, self.here.meta["example"].shape, kernel=pair(kernel), **fields)

    @rule("MaxPool2d", "max_pool2d")
    def max_pool2d(self, x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
        return self.windows("max-pool", x, kernel_size, stride=pair(stride or kernel_size), padding=shown(padding, 0),
                            dilation=shown(dilation, 1), ceil_mode=ceil_mode or None)

    @rule("AvgPool2d", "avg_pool2d")
    def avg_pool2d(self, x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None):
        if divisor_override:
            raise Fault("an average with a divisor of its own has no counterpart among Espalier's operations")
        if not any(pairs(padding)) and pairs(kernel_size) == [x.size("H"), x.size("W")]:
            return self.global_pool(x)
        return self.windows("average-pool", x, kernel_size, stride=pair(stride or kernel_size), padding=shown(padding, 0),
                            ceil_mode=ceil_mode or None, count_padding=None if count_include_pad else False)

    def global_pool(self, x):
        x = self.plain(x)
        return self.put("global-average-pool", [x.node], x.axes, [d if a in "NC" else 1 for a, d in zip(x.axes, x.dims)])

    @rule("AdaptiveAvgPool2d", "adaptive_avg_pool2d", "AdaptiveAvgPool1d", "adaptive_avg_pool1d")
    def adaptive_avg_pool2d(self, x, output_size):
        size = [s or x.size(letter) for s, letter in zip(pairs(output_size), "HW")]
        x, size = self.with_channels(x, x.axes[1]), size if len(x.axes) == 4 else [size[0], 1]
        if size == [1, 1]:
            return self.global_pool(x)
        x = self.plain(x)
        return self.put("adaptive-average-pool", [x.node], x.axes, self.here.meta["example"].shape, size=pair(size))

    @rule("AdaptiveMaxPool2d", "adaptive_max_pool2d")
    def adaptive_max_pool2d(self, x, output_size, return_indices=False):
        size, now = [s or x.size(letter) for s, letter in zip(pairs(output_size), "HW")], [x.size("H"), x.size("W")]
        if any(n % s for n, s in zip(now, size)):
            raise Fault("an adaptive maximum over windows of several sizes has no counterpart among Espalier's operations")
        return self.windows("max-pool", x, [n // s for n, s in zip(now, size)], stride=pair([n // s for n, s in zip(now, size)]))

    @rule("mean")
    def mean(self, x, dim=None, keepdim=False, **_):
        return self.reduced(x, dim, keepdim, "average-pool")

    @rule("amax")
    def amax(self, x, dim=None, keepdim=False):
        return self.reduced(x, dim, keepdim, "max-pool")

    def reduced(self, x, dim, keepdim, op):
        gone = {x.axes[d] for d in ([dim] if isinstance(dim, int) else range(len(x.axes)) if dim is None else dim)}
        if not gone <= {"H", "W"}:
            raise Fault("takes a mean over something else than positions, which Espalier cannot")
        x = self.plain(x)
        kernel = [x.size(letter) if letter in gone else 1 for letter in "HW"]
        dims = [1 if a in gone else d for a, d in zip(x.axes, x.dims)]
        whole = all(letter in gone or x.size(letter) == 1 for letter in "HW")
        if whole and op == "average-pool":
            pooled = self.put("global-average-pool", [x.node], x.axes, dims)
        else:
            pooled = self.put(op, [x.node], x.axes, dims, kernel=pair(kernel), stride=pair(kernel))
        if keepdim:
            return pooled
        kept = [(a, d) for a, d in zip(x.axes, dims) if a not in gone]
        return self.settled(pooled.seen("".join(a for a, _ in kept), [d for _, d in kept]))

    @rule("Upsample", "UpsamplingNearest2d", "UpsamplingBilinear2d", "interpolate", "upsample")
    def upsample(self, x, size=None, scale_factor=None, mode="nearest", align_corners=None, recompute_scale_factor=None, antialias=False):
        if mode not in ("nearest", "bilinear") or align_corners or antialias:
            raise Fault(f"upsampling by '{mode}'{' with aligned corners' if align_corners else ''} has no counterpart among Espalier's "
                        "operations")
        x, factor = self.with_channels(x, x.axes[1]), scale_factor if scale_factor is None else [float(f) for f in pairs(scale_factor)]
        if x.axes != "NCHW" or factor and any(f != int(f) or f < 1 for f in factor):
            raise Fault("maps by a factor that isn't whole have no counterpart among Espalier's operations")
        fields = {"size": pair(size)} if factor is None else {"factor": pair([int(f) for f in factor])}
        return self.put("upsample", [x.node], x.axes, self.here.meta["example"].shape, **fields, mode=mode if mode != "nearest" else None)

    # -- rules: shapes

    @rule("view", "reshape", "flatten", "squeeze", "unsqueeze", "unflatten", "view_as", "reshape_as", "Flatten", "Unflatten")
    def reshaped(self, x, *_, **__):
        new = list(self.here.meta["example"].shape)
        old = [(a, d) for a, d in zip(x.axes, x.dims) if d > 1 or a == "N"]
        if x.flat:
            return x if len(new) == 2 and new == list(x.dims) else self.unflattened(x)
        if len(new) == 2 and "hd" not in x.axes and x.part is None:
            x, letters = self.plain(x), [a for a, _ in old]
            if letters[:1] != ["N"] or letters[1:] != sorted(letters[1:]):
                raise Fault("flattens channels that lie last, in an order of features that Espalier does not have")
            return self.settled(x.seen("NC", new)) if set(letters) <= {"N", "C"} else self.flattened_to(x)
        axes, dims, i = "", [], 0
        for size in new:
            if size == 1 and not (i < len(old) and old[i][1] == 1):
                axes += next((a for a in "CHW" if a not in axes and a not in (o for o, _ in old)), "1")
                dims.append(1)
                continue
            taken = ""
            product = 1
            while product < size and i < len(old) or not taken and i < len(old):
                taken, product, i = taken + old[i][0], product * old[i][1], i + 1
            if product == size and len(taken) == 1:
                axes += taken
            elif product == size and taken in ("HW", "hd", "qhd"):
                if taken == "HW":
                    x = self.plain(x)
                    tokens = self.put("tokens", [x.node], x.axes, x.dims, name=self.name("tokens"))
                    x = x.seen(x.axes, x.dims, node=tokens.node, sizes={"C": x.size("C"), "H": size})
                axes += "H" if taken == "HW" else "C"
            elif taken == "C" and product > size:
                rest = new[len(dims):]
                split = 3 if size == 3 and len(rest) > 2 and 3 * rest[1] * rest[2] == product else 2
                if math.prod(rest[:split]) != product:
                    raise Fault("divides or joins axes in a way that Espalier cannot")
                return self.split(x, axes, dims, rest, split, old[i:], new)
            else:
                raise Fault("divides or joins axes in a way that Espalier cannot")
            dims.append(size)
        if i < len(old):
            raise Fault("divides or joins axes in a way that Espalier cannot")
        return self.settled(x.seen(axes, dims))

    def split(self, x, axes, dims, rest, count, left, new):
        if [d for _, d in left] != [size for size in rest[count:] if size > 1]:
            raise Fault("divides or joins axes in a way that Espalier cannot")
        after = "".join(a for a, _ in left)
        if len(axes) + count + len(after) != len(new):
            raise Fault("divides or joins axes in a way that Espalier cannot")
        return x.seen(axes + "qhd"[-count:] + after, new)

    @rule("permute", "transpose", "swapaxes", "movedim", "T", "mT", "t")
    def permuted(self, x, *_, **__):
        probe = torch.empty(tuple(range(2, 2 + len(x.axes))), device="meta")
        call, rest = self.here.target, [a for a in self.here.args[1:]]
        moved = call(probe, *rest, **self.here.kwargs) if callable(call) else getattr(probe, call)(*rest, **self.here.kwargs)
        order = [size - 2 for size in moved.shape]
        return x.seen("".join(x.axes[i] for i in order), [x.dims[i] for i in order])

    @rule("getitem")
    def getitem(self, x, index):
        if isinstance(x, (tuple, list, dict)):
            return x[index]
        index = list(index) if isinstance(index, tuple) else [index]
        if Ellipsis in index:
            at = index.index(Ellipsis)
            index[at:at + 1] = [slice(None)] * (len(x.axes) - sum(i is not None for i in index) + 1)
        axes, dims, steps, pick = "", [], {}, None
        left = list(zip(x.axes, x.dims))
        for i in index:
            if i is None:
                axes, dims = axes + next((a for a in "CHW" if a not in x.axes + axes), "1"), dims + [1]
                if x.flat:
                    self.unflattened(x)
                continue
            (letter, size), left = left[0], left[1:]
            if isinstance(i, int):
                if size > 1 and (pick or letter not in "Hq" or letter == "H" and (x.size("W") > 1 or x.flat)):
                    raise Fault("takes single rows, columns or channels, which Espalier cannot")
                pick = (letter, i % size) if size > 1 else pick
                continue
            start, stop, step = i.indices(size)
            if (start, stop) != (0, size) or step > 1 and letter not in "HW":
                raise Fault("takes a part of the rows, columns or channels, which Espalier cannot")
            if step > 1:
                steps[letter] = step
            axes, dims = axes + letter, dims + [len(range(0, size, step))]
        axes, dims = axes + "".join(a for a, _ in left), dims + [d for _, d in left]
        if pick and pick[0] == "q":
            return x.seen(axes, dims, part=(pick[1], 3))
        if pick:
            x = self.plain(x)
            one = self.put("token", [x.node], "NC", (x.dims[0], x.size("C")), name=self.name("token"), index=pick[1])
            return self.settled(one.seen(axes, dims))
        if steps:
            sizes = {**x.sizes, **{a: d for a, d in zip(axes, dims)}}
            return self.plain(x).seen(axes, dims, steps=[steps.get("H", 1), steps.get("W", 1)], sizes=sizes)
        return self.settled(x.seen(axes, dims))

    @rule("select")
    def select(self, x, dim, index):
        return self.getitem(x, tuple([slice(None)] * (dim % len(x.axes)) + [index]))

    @rule("unbind", "chunk", "split", "tensor_split")
    def parts(self, x, *args, **kwargs):
        examples = self.here.meta["example"]
        dim = kwargs.get("dim", args[-1] if args and (len(args) > 1 or name_of(self.here.target) == "unbind") else 0)
        if name_of(self.here.target) == "unbind" and x.axes[dim] == "q":
            return [x.seen(x.axes.replace("q", ""), e.shape, part=(i, 3)) for i, e in enumerate(examples)]
        if x.axes[dim] != "C" or len({e.shape for e in examples}) != 1:
            raise Fault("takes a part of the rows, columns or channels, which Espalier cannot")
        return [x.seen(x.axes, e.shape, part=(i, len(examples))) for i, e in enumerate(examples)]

    @rule("pad", "ZeroPad2d")
    def pad(self, x, padding, mode="constant", value=None):
        sides = [padding] * 4 if isinstance(padding, int) else list(padding) + [0] * (len(padding) % 2)
        if not any(sides):
            return x
        by = {letter: tuple(sides[2 * i:2 * i + 2]) for i, letter in enumerate(reversed(x.axes[-(len(sides) // 2):])) if any(
            sides[2 * i:2 * i + 2])}
        if mode != "constant" or value or any(low != high or low < 0 for low, high in by.values()):
            raise Fault("a border of another kind, or on one side alone, has no counterpart among Espalier's operations")
        if set(by) == {"C"} and not x.flat and x.axes == "NCHW":
            steps, x = x.steps or [1, 1], self.plain(x.seen(x.axes, x.dims, steps=None))
            if steps[0] != steps[1]:
                raise Fault("takes rows and columns in different steps, which Espalier cannot")
            return self.put("pad-shortcut", [x.node], x.axes, self.here.meta["example"].shape, out=self.here.meta["example"].shape[1],
                            stride=steps[0])
        if not set(by) <= {"H", "W"}:
            raise Fault("pads features, which Espalier cannot")
        border = tuple(old + by.get(letter, (0, 0))[0] for old, letter in zip(x.pad, "HW"))
        return x.seen(x.axes, self.here.meta["example"].shape, pad=border)

    # -- rules: joins

    def joined(self, op, values):
        """Inputs in one layout."""
        values, target = [self.plain(v) for v in values], None
        if any(v.flat for v in values):
            if any(v.axes != "NC" for v in values):
                raise Fault("joins features with maps, which Espalier cannot")
            values = [v if v.flat else self.flattened_to(v) for v in values]
        for v in values:
            target = v.axes if target is None or len(v.axes) > len(target) else target
        for i, v in enumerate(values):
            if v.axes != target and sorted(v.axes) == sorted(target) and v.axes.translate(str.maketrans("CH", "HC")) == target:
                values[i] = self.with_channels(v, "H")
            elif v.axes != target:
                raise Fault("joins values whose axes lie in different orders, which Espalier cannot")
        return values, target

    @rule("add", "iadd")
    def add(self, x, y, alpha=1):
        x, y = (y, x) if not isinstance(x, Value) else (x, y)
        if alpha != 1 or isinstance(y, (int, float)) and y != 0:
            raise Fault("adds a constant or a multiple, which has no counterpart among Espalier's operations")
        if isinstance(y, (int, float)):
            return x
        if isinstance(y, Array):
            x = self.plain(x)
            if not y.name or x.flat or x.size("W") > 1 or list(y.whole.shape) != [1, x.size("H"), x.size("C")] or x.axes != "NHC":
                raise Fault("adds an array that is no position embedding [1, tokens, channels]; Espalier cannot (constants of the images "
                            "are what --normalization is for)")
            return self.put("position-embedding", [x.node], x.axes, x.dims, name=y.name, arrays=[(y.name, y.whole)])
        values, axes = self.joined("add", [x, y])
        return self.put("add", [v.node for v in values], axes, self.here.meta["example"].shape, values[0].flat)

    @rule("sub", "isub", "rsub")
    def sub(self, x, y, alpha=1):
        if isinstance(y, (int, float)) and y == 0:
            return x
        raise Fault("a difference has no counterpart among Espalier's operations (constants of the images are what --normalization is for)")

    @rule("mul", "imul", "multiply")
    def mul(self, x, y):
        x, y = (y, x) if not isinstance(x, (Value, Scores)) else (x, y)
        if isinstance(y, (int, float)):
            return Scores(x.queries, x.keys, x.times * y) if isinstance(x, Scores) else x.seen(x.axes, x.dims, times=x.times * y)
        if isinstance(y, Array):
            x = self.plain(x)
            shape = (1,) * (len(x.axes) - y.now.dim()) + tuple(y.now.shape)
            wanted = tuple(x.size("C") if a == "C" else 1 for a in x.axes)
            expected = [x.size("C")] if x.flat else [x.size("C"), 1, 1]
            if not y.name or shape != wanted or list(y.whole.shape) not in (expected, [x.size("C")]):
                raise Fault("multiplies by an array that isn't one factor a channel; Espalier cannot")
            first = y.whole.flatten()[0].item()
            return self.put("scale", [x.node], x.axes, x.dims, x.flat, name=y.name, arrays=[(y.name, y.whole)],
                            initial=float(f"{first:.6g}") if bool((y.whole == first).all()) and first != 1 and abs(first) <= 1000 else None,
                            vector=True if list(y.whole.shape) != expected else None)
        values, axes = self.joined("multiply", [x, y])
        dims = self.here.meta["example"].shape
        return self.put("multiply", [v.node for v in values], axes, dims, values[0].flat)

    @rule("truediv", "div", "itruediv", "divide")
    def div(self, x, y, rounding_mode=None):
        if isinstance(y, (int, float)) and rounding_mode is None:
            return self.mul(x, 1 / y)
        raise Fault("divides one tensor by another, which has no counterpart among Espalier's operations")

    @rule("cat", "concat", "concatenate")
    def cat(self, tensors, dim=0, axis=None):
        values, dim = list(tensors), dim if axis is None else axis
        if len(values) == 1:
            return values[0]
        dims = self.here.meta["example"].shape
        if len(values) == 2 and isinstance(values[0], Array) and isinstance(values[1], Value):
            token, x = values[0], self.plain(values[1])
            if x.axes == "NHC" and dim % 3 == 1 and token.name and list(token.whole.shape) == [1, 1, x.size("C")]:
                return self.put("class-token", [x.node], x.axes, dims, name=token.name, arrays=[(token.name, token.whole)])
        if any(not isinstance(v, Value) for v in values):
            raise Fault("joins an array with tensors; Espalier can where it is a class token [1, 1, channels] before all tokens")
        values, axes = self.joined("concat", values)
        if axes[dim] != "C":
            raise Fault("joins rows, columns or images, which Espalier cannot")
        return self.put("concat", [v.node for v in values], axes, dims, values[0].flat)

    # -- rules: attention

    @rule("MultiheadAttention")
    def multihead(self, query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None, average_attn_weights=True,
                  is_causal=False):
        module, path = self.model.get_submodule(self.here.target), self.here.target
        if query is not key or key is not value:
            raise Fault("attention of one sequence to another has no counterpart among Espalier's operations")
        if key_padding_mask is not None or attn_mask is not None or is_causal:
            raise Fault("attention with a mask has no counterpart among Espalier's operations")
        if module.in_proj_weight is None or module.bias_k is not None or module.add_zero_attn:
            raise Fault("attention with sizes of its own for keys and values, or with more keys, has no counterpart")
        x, order = self.plain(query), "NHC" if module.batch_first else "HNC"
        if x.axes != order:
            raise Fault(f"attention is given axes in another order than {order}")
        width, bias = module.embed_dim, module.in_proj_bias is not None
        pack = [(f"{path}.in_proj_weight", module.in_proj_weight)] + ([(f"{path}.in_proj_bias", module.in_proj_bias)] if bias else [])
        x = self.put("linear", [x.node], order, x.dims, name=f"{path}.in_proj", arrays=pack, out=3 * width, bias=bias, along="channels",
                     underscore=True)
        x = self.put("attention", [x.node], order, x.dims, name=self.name("heads"), heads=module.num_heads)
        out = module.out_proj
        pack = [(f"{path}.out_proj.{name}", array) for name, array in out.named_parameters()]
        x = self.put("linear", [x.node], order, x.dims, name=f"{path}.out_proj", arrays=pack, out=width, bias=out.bias is not None,
                     along="channels")
        return (x, None)

    @rule("matmul", "bmm")
    def matmul(self, x, y):
        if isinstance(x, Scores) and x.softmaxed and isinstance(y, Value) and y.axes == "NhHd":
            return self.attended(x.queries, x.keys, y, x.times)
        if isinstance(x, Value) and isinstance(y, Value) and x.axes == "NhHd" and y.axes == "NhdH":
            return Scores(x.seen(x.axes, x.dims, times=1), y.seen(y.axes, y.dims, times=1), x.times * y.times)
        raise Fault("a product of matrices that is neither a linear layer nor attention has no counterpart among Espalier's operations")

    @rule("scaled_dot_product_attention")
    def dot_product_attention(self, query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
        if attn_mask is not None or is_causal or not all(v.axes == "NhHd" for v in (query, key, value)):
            raise Fault("attention with a mask, or without heads, has no counterpart among Espalier's operations")
        if not query.dims[1] == key.dims[1] == value.dims[1]:  # What PyTorch 2.5 calls enable_gqa.
            raise Fault("attention in which several heads of queries share keys has no counterpart among Espalier's operations")
        if dropout_p:
            raise Fault("draws a dropout in evaluation, too; pass dropout_p=0 to it there")
        return self.attended(query, key, value, scale or query.dims[-1] ** -0.5)

    def attended(self, queries, keys, values, times):
        heads, units = queries.dims[1], queries.dims[3]
        if abs(times * units ** 0.5 - 1) > 1e-6:
            raise Fault("attention whose scale isn't one over the root of a head's units cannot be described")
        given = [queries, keys, values]
        if all(v.part is None for v in given):
            given = [self.plain(v) for v in given]
            source = self.put("concat", [v.node for v in given], "NHC", (values.dims[0], values.dims[2], 3 * heads * units),
                              name=self.name("queries_keys_values")).node
        elif [v.part for v in given] == [(0, 3), (1, 3), (2, 3)] and len({v.node for v in given}) == 1:
            source = values.node
        else:
            raise Fault("queries, keys and values of attention lie in another order than Espalier's")
        n, _, tokens, _ = values.dims
        made = self.put("attention", [source], "NHC", (n, tokens, heads * units), name=self.name("heads"), heads=heads)
        return made.seen("NhHd", values.dims)


def alike(op):
    return lambda self, x, inplace=False: self.each(op, x)


for each, named in {"relu": "ReLU relu", "relu6": "ReLU6 relu6", "silu": "SiLU silu", "hard-swish": "Hardswish hardswish",
                    "tanh": "Tanh tanh", "sigmoid": "Sigmoid sigmoid", "hard-sigmoid": "Hardsigmoid hardsigmoid"}.items():
    rule(*named.split())(alike(each))


def flat_list(value):
    found = []
    mapped(value, found.append)
    return found


def pairs(value):
    """Rows and columns."""
    return [value, value] if isinstance(value, (int, float)) else (list(value) * 2)[:2]


def pair(value):
    rows, columns = pairs(value)
    return rows if rows == columns else [rows, columns]


def shown(value, usual):
    return None if pairs(value) == [usual, usual] else pair(value)


# ---- files ---------------------------------------------------------------------------------------------------------------------------


def write_whole(path, chunks):
    """Beside its name first: what is there is whole. Its rights are those of any new file."""
    path = os.path.abspath(path)
    beside = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.{os.getpid()}.part")
    try:
        with open(beside, "xb") as file:
            for chunk in chunks:
                file.write(chunk)
        os.replace(beside, path)
    except OSError as fault:
        raise Fault(f"'{path}' cannot be written: {fault.strerror}.") from None
    finally:
        if os.path.exists(beside):
            os.remove(beside)


def must_be_writable(path):
    """Said before the network is followed, which may take a while."""
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise Fault(f"there is no folder '{folder}' for '{os.path.basename(path)}'; expected one that exists.")
    if os.path.isdir(path):
        raise Fault(f"'{path}' is a folder; expected the name of a file.")


def write_json(path, name, nodes):
    lines, before = [], None
    for node, (op, fields, inputs, *weights) in nodes.items():
        entry = {"name": node, "operation": {"op": op, **fields}}
        if inputs and inputs != [before]:
            entry["inputs"] = inputs
        if weights:
            entry["weights"] = weights[0]
        lines.append("    " + json.dumps(entry, ensure_ascii=False))
        before = node
    text = f'{{\n  "name": {json.dumps(name, ensure_ascii=False)},\n  "nodes": [\n' + ",\n".join(lines) + "\n  ]\n}\n"
    write_whole(path, [text.encode()])


def write_safetensors(path, arrays):
    """Eight bytes of header length, a header in JSON, the numbers as float32."""
    entries, at = {"__metadata__": {"format": "pt"}}, 0
    for name, tensor in arrays.items():
        entries[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [at, at + 4 * tensor.numel()]}
        at += 4 * tensor.numel()
    header = json.dumps(entries).encode()
    header += b" " * (-len(header) % 8)
    numbers = (bytes_of(t.detach().to("cpu", torch.float32).contiguous()) for t in arrays.values())
    write_whole(path, [struct.pack("<Q", len(header)), header, *numbers] if at < 1 << 20 else chain(struct.pack("<Q", len(header)), header,
                                                                                                    numbers))


def bytes_of(array):
    """Without NumPy, which PyTorch 2 can do without, too."""
    return ctypes.string_at(array.data_ptr(), array.numel() * array.element_size()) if array.numel() else b""


def chain(length, header, numbers):
    yield length
    yield header
    yield from numbers


# ---- the check -----------------------------------------------------------------------------------------------------------------------


def program():
    """How espalier is called, or None."""
    given = os.environ.get("ESPALIER")
    if given:
        return shlex.split(given)
    found = shutil.which("espalier")
    return [found] if found else None


def shaken(model):
    """Random values in every array, so that none is what a forgotten one would be."""
    with torch.no_grad():
        for name, array in model.state_dict().items():
            if not array.is_floating_point() or name.endswith("_mask"):
                continue
            if name.endswith("running_var"):
                array.uniform_(0.5, 1.5)
            elif array.dim() < 2 or array.std() < 1e-3:
                array.add_(torch.empty_like(array).uniform_(0.1, 0.3) * torch.randint(0, 2, array.shape).mul(2).sub(1))


def check(espalier, model, described, path, shape):
    """The largest difference of logits, as a share of the largest, between PyTorch and espalier."""
    kept = {name: array.clone() for name, array in model.state_dict().items()}
    images = torch.randn(4, *shape)
    try:
        shaken(model)
        with torch.no_grad():
            logits = WithoutEnd(model, described).run(images.clone()) if described.after else model(images.clone())
        for key in described.pick:
            logits = logits[int(key) if isinstance(logits, (tuple, list)) else key]
        with tempfile.TemporaryDirectory() as folder:
            weights, probe = os.path.join(folder, "weights.safetensors"), os.path.join(folder, "probe.safetensors")
            write_safetensors(weights, arrays_of(model, described.arrays))
            write_safetensors(probe, {"images": images, "logits": logits.reshape(len(images), -1)})
            ran = subprocess.run([*espalier, "network", "check", path, "--weights", weights, "--logits", probe, "--json"],
                                 capture_output=True, text=True, check=False)
    except OSError as fault:
        raise Fault(f"'{' '.join(espalier)}' cannot be started: {fault.strerror}.") from None
    finally:
        with torch.no_grad():  # Not by load_state_dict, which modules may change.
            for name, array in model.state_dict().items():
                array.copy_(kept[name])
    try:
        return json.loads(ran.stdout)["logits"]
    except (ValueError, KeyError, TypeError):
        said = (ran.stderr.strip() or ran.stdout.strip() or f"exit code {ran.returncode}").splitlines()[-1]
        raise Fault(f"espalier does not take the description: {said}") from None


class WithoutEnd(torch.fx.Interpreter):
    """The network without the log-softmax at its end."""

    def __init__(self, model, described):
        super().__init__(torch.fx.GraphModule(model, described.graph))
        self.end = described.after.name

    def run_node(self, n):
        return self.fetch_args_kwargs_from_env(n)[0][0] if n.name == self.end else super().run_node(n)


def arrays_of(model, names):
    """The description's arrays as they are now. Pairs of torch.nn.utils.prune stay pairs."""
    state, result = model.state_dict(), {}
    for name in names:
        if name in state:
            result[name] = state[name]
        elif f"{name}_orig" not in state:
            result[name] = operator.attrgetter(name)(model)  # Made of others, as by torch.nn.utils.parametrize.
        else:
            result.update({f"{name}_orig": state[f"{name}_orig"], f"{name}_mask": state[f"{name}_mask"]})
    return result


# ---- the command line ----------------------------------------------------------------------------------------------------------------


def built(text):
    """The network that MODULE:NAME or FILE.py:NAME means, NAME with or without arguments."""
    place, colon, what = text.rpartition(":") if "(" not in text else (*text[:text.index("(")].rpartition(":")[:2],
                                                                      text[text[:text.index("(")].rfind(":") + 1:])
    if not colon:
        raise Fault(f"'{text}' names no network; expected MODULE:NAME or FILE.py:NAME, such as my_module:build.")
    try:
        call = ast.parse(what, mode="eval").body
        named = call.func if isinstance(call, ast.Call) else call
        args = [ast.literal_eval(a) for a in call.args] if isinstance(call, ast.Call) else []
        kwargs = {k.arg: ast.literal_eval(k.value) for k in call.keywords} if isinstance(call, ast.Call) else {}
        name = ast.unparse(named) if hasattr(ast, "unparse") else what.split("(")[0]
    except (SyntaxError, ValueError):
        raise Fault(f"'{what}' is no name with or without arguments; expected one such as build or Net(classes=10).") from None
    module = loaded(place)
    try:
        found = operator.attrgetter(name)(module)
    except AttributeError:
        others = [n for n, v in vars(module).items() if not n.startswith("_") and getattr(v, "__module__", None) == module.__name__]
        raise Fault(f"'{place}' has no '{name}'" + (f"; it has {', '.join(others[:8])}." if others else ".")) from None
    if not isinstance(found, nn.Module):
        if not callable(found):
            raise Fault(f"'{text}' is a {type(found).__name__}; expected a network, or what makes one.")
        try:
            inspect.signature(found).bind(*args, **kwargs)
        except (TypeError, ValueError) as fault:
            raise Fault(f"'{name}' cannot be called so: {fault}; give its arguments, as in \"{place}:{name}(10)\".") from None
        found = of_the_user(f"'{text}'", lambda: found(*args, **kwargs))
    if not isinstance(found, nn.Module):
        raise Fault(f"'{text}' made a {type(found).__name__}; expected a torch.nn.Module.")
    return unwrapped(found).cpu().float().eval()


def unwrapped(model):
    """The network that torch.compile or nn.DataParallel lies around; names of its checkpoints are known with and without the wrapper."""
    while is_compiled(model) or isinstance(model, (nn.DataParallel, nn.parallel.DistributedDataParallel)):
        model = vars(model)["_modules"]["_orig_mod" if is_compiled(model) else "module"]
    return model


def is_compiled(module):
    """What torch.compile of PyTorch 2 makes of a module; its class may say that it is the module's."""
    return "_orig_mod" in vars(module).get("_modules", {})


def of_the_user(what, call):
    """What the user's own code gives; what it raises, in a sentence with the line of it."""
    try:
        return call()
    except Fault:
        raise
    except (Exception, SystemExit) as fault:
        lines = [frame for frame in inspect.getinnerframes(fault.__traceback__, context=0)
                 if not frame.filename.startswith((LIBRARY, "<")) and frame.filename != __file__]
        if isinstance(fault, SyntaxError) and fault.filename:
            place = line_of(fault.filename, fault.lineno)
        else:
            place = line_of(lines[-1].filename, lines[-1].lineno) if lines else None
        said = " ".join(f"{fault.msg if isinstance(fault, SyntaxError) else fault}".split())
        raise Fault(f"{what} raises {type(fault).__name__}" + (f" ({place})" if place else "")
                    + f": {said}".rstrip(".: ") + ".") from fault


def loaded(place):
    sys.path.insert(0, os.getcwd())
    if place.endswith(".py") and not os.path.isfile(place):
        raise Fault(f"there is no file '{place}'.")

    def load():
        try:
            if not place.endswith(".py"):
                return importlib.import_module(place)
            sys.path.insert(0, os.path.dirname(os.path.abspath(place)))
            spec = importlib.util.spec_from_file_location(os.path.splitext(os.path.basename(place))[0], place)
            module = importlib.util.module_from_spec(spec)
            sys.modules[spec.name] = module
            spec.loader.exec_module(module)
            return module
        except ImportError as fault:
            raise Fault(f"'{place}' cannot be imported: {fault}.") from None

    return of_the_user(f"'{place}'", load)


def fill(model, path):
    """Puts a checkpoint into the network."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as fault:
        raise Fault(f"'{path}' cannot be read: {fault.strerror}.") from None
    except Exception as fault:
        # Newer versions say more, such as how to read it unsafely.
        raise Fault(f"'{path}' cannot be read safely ({str(fault).strip().splitlines()[0].partition('. ')[0][:200].rstrip('.')}); save "
                    "model.state_dict() alone, and use that.") from None
    wanted = set(model.state_dict())
    for key in ("state_dict", "model_state_dict", "model", "net"):
        if isinstance(state, dict) and isinstance(state.get(key), dict):
            state = state[key]
    for prefix in ("module.", "_orig_mod.", "model."):
        if isinstance(state, dict) and not wanted & set(state) and all(str(key).startswith(prefix) for key in state):
            state = {key[len(prefix):]: value for key, value in state.items()}
    try:
        model.load_state_dict(state)
    except (RuntimeError, TypeError, AttributeError) as fault:
        raise Fault(f"'{path}' does not fit the network: {' '.join(str(fault).split())[:300]}") from None


def size(text):
    parts = text.lower().replace(",", "x").split("x")
    if len(parts) != 3 or not all(part.isdigit() and int(part) for part in parts):
        raise argparse.ArgumentTypeError(f"'{text}' is no size of an image; expected channels x rows x columns, such as 3x224x224")
    return [int(part) for part in parts]


class Progress:
    """One line that is written over, on a terminal alone."""

    def __init__(self):
        self.shown = sys.stderr.isatty()

    def __call__(self, text):
        if self.shown:
            sys.stderr.write(f"\r\033[K{text[:100]}")
            sys.stderr.flush()


def described(model, shape, pick, progress):
    graph, calls = follow(model, torch.randn(2, *shape), progress)
    lazy = set()
    while True:
        made = Describer(model, graph, lazy)
        made.pick, made.calls = pick, calls
        try:
            last = made.describe(pick)
        except Lazier as found:
            if found.nodes <= lazy:
                raise Fault(f"{made.place()}: divides features into maps, which Espalier cannot.") from None
            lazy = lazy | found.nodes
            continue
        break
    if made.faults:
        raise Fault("\n".join(f"{listed(places, ' places')}: {fault}." for fault, places in made.faults.items()))
    read, todo = set(), [last]
    while todo:
        node = todo.pop()
        if node not in read:
            read.add(node)
            todo += made.nodes[node][2]
    for node in read:
        if made.nodes[node][3:] and made.nodes[node][3] not in read:
            raise Fault(f"'{node}' has the arrays of '{made.nodes[node][3]}', whose result nothing reads.")
    made.nodes = {name: node for name, node in made.nodes.items() if name in read}
    made.arrays = {name: array for name, array in made.arrays.items() if name in read or name.rpartition(".")[0] in read
                   or name.rpartition("_")[0] in read}
    return made


def listed(names, what=""):
    names = list(dict.fromkeys(names))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more{what}" if len(names) > 3 else "")


def counted(count, what):
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def say(what, text):
    print(f"{what:<11} {text}", flush=True)


def export(options):
    if not options.out.endswith(".json"):
        raise Fault(f"'{options.out}' is no name of a description; expected one that ends in .json.")
    for path in filter(None, (options.out, options.weights)):
        must_be_writable(path)
    progress = Progress()
    progress("building the network")
    model = built(options.network)
    if options.checkpoint:
        fill(model, options.checkpoint)
    made = described(model, options.input, options.output.split(".") if options.output else [], progress)
    progress("")
    write_json(options.out, options.name or type(model).__name__, made.nodes)
    say("followed", f"{counted(made.calls, 'call')} of {options.network}")
    numbers = sum(array.numel() for name, array in made.arrays.items() if not name.endswith(("running_mean", "running_var")))
    say("described", f"{counted(len(made.nodes), 'node')}, {counted(numbers, 'parameter')}: {options.out}")
    state = arrays_of(model, made.arrays)
    if options.weights:
        write_safetensors(options.weights, state)
        say("weights", f"{counted(len(state), 'array')}, {os.path.getsize(options.weights) / 1e6:,.1f} MB: {options.weights}")
    unused = [name for name in model.state_dict() if name not in state and not name.endswith("num_batches_tracked")]
    if unused:
        say("note", f"{counted(len(unused), 'array')} of the state_dict that forward does not use are left out: {listed(unused)}")
    if made.left_out:
        say("note", "no training of Espalier's draws these, which are left out: "
            + ", ".join(f"{name} ({count})" for name, count in made.left_out.items()))
    for note in made.notes:
        say("note", note)
    espalier = program()
    if espalier is None or options.no_check:
        say("not checked", "as asked" if options.no_check else
            "espalier is neither on the PATH nor named by the environment's ESPALIER")
        return 0
    progress("comparing logits")
    found = check(espalier, model, made, options.out, options.input)
    progress("")
    if not found["largest_relative_difference"] <= CLOSE:
        say("differs", f"the largest difference of logits is {found['largest_relative_difference']:.1e} of the largest: "
            "the description is not this network. That is a fault of this program; please report it with the network.")
        return 1
    say("checked", f"espalier computes PyTorch's logits of {found['images']} images, every array random: largest difference "
        f"{found['largest_relative_difference']:.1e} of the largest")
    return 0


def main(args=None):
    head, _, rest = __doc__.partition("\n\n")
    parser = argparse.ArgumentParser(description=head, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", metavar="MODULE:NAME", help="the network, or what makes it; or FILE.py:NAME")
    parser.add_argument("--input", type=size, required=True, metavar="CxHxW", help="size of an image, such as 3x224x224")
    parser.add_argument("-o", "--out", required=True, metavar="NET.json", help="the description")
    parser.add_argument("--weights", metavar="W.safetensors", help="the network's weights, too")
    parser.add_argument("--checkpoint", metavar="A.pth", help="a state_dict to put into the network first")
    parser.add_argument("--output", metavar="KEY", help="which of several things that forward returns are the logits, such as out or 0")
    parser.add_argument("--name", help="what reports call the network; usually its class")
    parser.add_argument("--no-check", action="store_true", help="do not compare logits with espalier's")
    options = parser.parse_args(args)
    torch.manual_seed(0)
    try:
        return export(options)
    except Fault as fault:
        Progress()("")
        for line in str(fault).splitlines():
            print(f"error: {line}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
