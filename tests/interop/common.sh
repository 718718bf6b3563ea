# What the scripts beside this one share: which Python, which program, and that neither is missing. Sourced, with the words of the script.
# The environment may name others than Debian's Python and what is built here: INTEROP_PYTHON, and INTEROP_PROGRAM, a folder with the
# published program and, where a script asks for it, the published Probe.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd) root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
python=${INTEROP_PYTHON:-/usr/bin/python3}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
export CUDA_VISIBLE_DEVICES= # sums in the order of a CPU's
program=(dotnet "$root/artifacts/bin/Espalier.Cli/release/Espalier.Cli.dll")
probe=(dotnet "$root/artifacts/bin/Probe/release/Espalier.Interop.Probe.dll")
if [[ -n ${INTEROP_PROGRAM:-} ]]; then
  program=("$INTEROP_PROGRAM/espalier") probe=("$INTEROP_PROGRAM/Espalier.Interop.Probe")
fi
espalier() { "${program[@]}" "$@"; }
probe() { "${probe[@]}" "$@"; }

# Packages of Python, or the end of the script, which is then skipped.
needs() {
  $python -c "import ${1// /, }" 2>/dev/null && return
  echo "skipped: $python has not all of $1; bench/peers/install gets them from Debian"
  exit 3
}

# Builds projects unless the program was given or is built.
build() {
  [[ -z ${INTEROP_PROGRAM:-} ]] || return 0
  local project log
  log=$(mktemp)
  for project in "$@"; do
    dotnet build -c Release "$root/$project" -v q --nologo >"$log" || { cat "$log"; rm "$log"; exit 1; }
  done
  rm "$log"
}
