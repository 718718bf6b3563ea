"""The program: where it is, and what it says."""
import json
import os
import shlex
import shutil
import subprocess


class EspalierError(RuntimeError):
    """What the program refused, in its own sentence."""

    def __init__(self, sentence, code):
        super().__init__(sentence)
        self.code = code


def found():
    """The words that start the program."""
    given = os.environ.get("ESPALIER")
    if given:
        return shlex.split(given)
    path = shutil.which("espalier")
    if path is None:
        raise EspalierError("there is no 'espalier' on the PATH, and the environment's ESPALIER does not say how to call it", 2)
    return [path]


def run(*words, **options):
    """Runs a command, such as run("match", a, b, out=..., match_images=500), and returns what it says as JSON, or None if it has none.

    Options are the command line's: underscores are hyphens, True stands for an option without a value, False turns one off, None stands
    for none, and a list for several values.
    """
    line = [*found(), *map(str, words)]
    for name, value in options.items():
        if value is None:
            continue
        line.append("--" + name.replace("_", "-"))
        if value is False:
            line.append("false")
        elif value is not True:
            line += map(str, value if isinstance(value, (list, tuple)) else [value])
    try:
        done = subprocess.run(line, capture_output=True, text=True, check=False)
    except OSError as fault:
        raise EspalierError(f"'{line[0]}' cannot be started: {fault.strerror}", 2) from None
    if done.returncode != 0:
        said = [row for row in done.stderr.splitlines() if row.startswith("error: ")] or done.stderr.splitlines() or [""]
        raise EspalierError(said[-1].replace("error: ", "", 1) or f"it ended with exit code {done.returncode}", done.returncode)
    try:
        return json.loads(done.stdout)
    except ValueError:
        return None
