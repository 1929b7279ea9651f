#!/usr/bin/env bash
# Fuzzes every OpenAPI document as every role: bench/fuzz/run.sh [--examples N] [--only DOCUMENT] [--as ROLE] [--seed N]
# Uses the stack that runs (MLAAS_STATE says whose); otherwise starts one of its own on free ports and stops it
# afterwards. Prints the counts; ends with 1 if anything was found.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=${MLAAS_FUZZ:-$(mktemp -d "${TMPDIR:-/tmp}/mlaas-fuzz.XXXXXX")}
mkdir -p "$work"
echo "everything that was sent and answered: $work"

python=$work/venv/bin/python
if ! [ -x "$work/venv/bin/st" ]; then
  "${PYTHON:-python3}" -m venv "$work/venv"
  "$python" -m pip install -q --disable-pip-version-check -r bench/fuzz/requirements.txt
fi

if ! ./mlaas status >/dev/null 2>&1; then
  export MLAAS_STATE=$work/state
  if ! ./mlaas status >/dev/null 2>&1; then
    ports=()
    for name in gateway postgres kafka kafka-controller mqtt s3 evm keycloak keycloak-management \
      model-sharing blockchain training translation online-learning; do
      ports+=(--port "$name=0")
    done
    trap './mlaas down >/dev/null' EXIT
    ./mlaas up --detach "${ports[@]}"
  fi
fi
"$python" bench/fuzz/fuzz.py --work "$work" "$@"
