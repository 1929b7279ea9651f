#!/usr/bin/env bash
# Installs a federated learning framework, pinned by digests, with the program that runs it for mlaas: install.sh --help
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=$(dirname "$here")
known='flower flare'

usage() {
  cat <<'TEXT'
usage: ppfl-frameworks/install.sh flower|flare [FOLDER]
Makes FOLDER (default: frameworks/NAME in .mlaas/cache or MLAAS_CACHE) with a virtual environment, in which exactly what
requirements.txt names is installed, and the program. Does nothing if it is there already. ./mlaas up finds it in its default
place and runs it as image mlaas/NAME:1.

MLAAS_PYTHON   the Python 3.11 or newer to use (default: python3)

exit status: 0 installed · 2 wrong arguments · 3 no Python that will do · 69 no package index answers
TEXT
}

fail() { # STATUS LINE
  printf 'install.sh: %s\n' "$2" >&2
  exit "$1"
}

case ${1:-} in
  --help | -h)
    usage
    exit 0
    ;;
  flower | flare) name=$1 ;;
  *) fail 2 "${1:-no name} (expected: one of $known)" ;;
esac
python=${MLAAS_PYTHON:-python3}
folder=${2:-${MLAAS_CACHE:-${MLAAS_STATE:-$home/.mlaas}/cache}/frameworks/$name}

"$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
  || fail 3 "$python: no Python 3.11 or newer with venv (expected: one, or MLAAS_PYTHON)"

# What is installed is named by what it was made from: packages, and the program.
packages=$({ "$python" --version; cat "$here/$name/requirements.txt"; } | sha256sum | cut -c 1-64)
version=$packages-$(cd "$here" && cat install.sh mlaas_frameworks/*.py "$name"/*.py ../demo/digits/digits.csv \
  ../ml/federated/src/main/resources/io/mlaas/federated/plan/*.json | sha256sum | cut -c 1-64)
is_there() {
  [ "$(cat "$folder/version" 2>/dev/null)" = "$version" ]
}
! is_there || exit 0

mkdir -p "$(dirname "$folder")"
exec {lock}>"$folder.lock"
flock "$lock"
! is_there || exit 0

if [ "$(cut -d - -f 1 "$folder/version" 2>/dev/null)" = "$packages" ]; then
  rm -rf "$folder/version" "$folder/program"
else
  printf 'installing %s into %s\n' "$name" "$folder" >&2
  rm -rf "$folder"
  "$python" -m venv "$folder/venv"
  log=$folder/install.log
  # Wheels only, so that nothing of a package is run while it is installed; but for what requirements.txt says otherwise of.
  if ! "$folder/venv/bin/python" -m pip install --disable-pip-version-check --no-input --retries 2 --timeout 20 \
    --require-hashes --only-binary :all: --no-compile -r "$here/$name/requirements.txt" >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    ! grep -q 'Could not find a version\|onnection\|Max retries\|timed out' "$log" \
      || fail 69 "no package index has what $name needs: the log above"
    fail 1 "pip failed: $log"
  fi
  # Compiled once, checked by nothing: a run writes nothing, and the image has the same digest each time it is looked at.
  # Some packages bring files for other Pythons, which do not compile and are not needed.
  "$folder/venv/bin/python" -m compileall -q --invalidation-mode unchecked-hash "$folder/venv/lib" >>"$log" 2>&1 || true
  rm -f "$log"
fi
mkdir -p "$folder/program/mlaas_frameworks/networks"
cp "$here/$name"/*.py "$folder/program/"
cp "$here"/mlaas_frameworks/*.py "$home/demo/digits/digits.csv" "$folder/program/mlaas_frameworks/"
cp "$home"/ml/federated/src/main/resources/io/mlaas/federated/plan/*.json "$folder/program/mlaas_frameworks/networks/"
printf '%s\n' "$version" >"$folder/version.part"
mv "$folder/version.part" "$folder/version"
