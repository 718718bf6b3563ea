"""Images in IDX files, as arrays and as the networks see them."""
import gzip
import os
import struct

import numpy as np

MEAN, DEVIATION = np.float32(0.2860), np.float32(0.3530)  # of Fashion-MNIST, as PyTorch's users normalise it


def read_idx(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        data = file.read()
    rank = data[3]
    return np.frombuffer(data, "u1", offset=4 + 4 * rank).reshape(struct.unpack_from(f">{rank}I", data, 4))


def write_idx(path, array):
    with open(path, "wb") as file:
        file.write(struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes())


def cut(source, target, train, test):
    """The first images of a set in files of their own, with a border that makes 32 x 32 of 28 x 28."""
    os.makedirs(target)
    open(f"{target}/subset.txt", "w", encoding="utf-8").close()  # says that there are not as many as in the official files
    for part, count in (("train", train), ("t10k", test)):
        pixels = read_idx(f"{source}/{part}-images-idx3-ubyte.gz")[:count]
        write_idx(f"{target}/{part}-images-idx3-ubyte", np.pad(pixels, ((0, 0), (2, 2), (2, 2))))
        write_idx(f"{target}/{part}-labels-idx1-ubyte", read_idx(f"{source}/{part}-labels-idx1-ubyte.gz")[:count])


def normalised(pixels):
    """[N, H, W] bytes -> [N, 1, H, W] float32: scaled to [0, 1], minus the mean, divided by the deviation."""
    return ((pixels.astype("f4") / np.float32(255) - MEAN) / DEVIATION)[:, None]


def augmented(pixels, order, stream, padding=4):
    """Each image in its order: flipped or not, then the row and the column of its window in a black border."""
    size, made = pixels.shape[1], []
    for image in order:
        flip = stream.below(2) == 1
        row, column = (stream.below(2 * padding + 1) for _ in range(2))
        window = np.pad(pixels[image], padding)[row:row + size, column:column + size]
        made.append(window[:, ::-1] if flip else window)
    return np.stack(made)
