"""The program and the exporter, called as a user calls them."""
import contextlib
import importlib.util
import io
import json
import os
import shlex
import struct
import subprocess
import warnings
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", "..", ".."))
EXPORTER = os.path.join(ROOT, "tools", "espalier-export", "espalier_export.py")


def espalier(*words, code=0):
    """What it prints."""
    ran = subprocess.run([*shlex.split(os.environ["ESPALIER"]), *map(str, words)], capture_output=True, text=True, check=False)
    if ran.returncode != code:
        raise AssertionError(f"espalier {' '.join(map(str, words))}\nended with {ran.returncode}: {ran.stderr}{ran.stdout[-500:]}")
    return json.loads(ran.stdout) if "--json" in words else ran.stdout


def exporter():
    spec = importlib.util.spec_from_file_location("espalier_export", EXPORTER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def export(*words):
    """(exit code, what it prints, what it complains of), in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch's own, which differ from version to version
        try:
            code = exporter().main(list(map(str, words)))
        except SystemExit as end:
            code = end.code
    return code, out.getvalue(), err.getvalue()


def png(path, pixels):
    """A PNG of bytes [rows, columns, 3]."""
    rows, columns, _ = pixels.shape

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + bytes(pixels[row]) for row in range(rows))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0))
                   + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))
