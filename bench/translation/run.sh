#!/usr/bin/env bash
# Translates the same models with mlaas and with the official converters: bench/translation/run.sh [--help]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home=$(cd "$here/../.." && pwd)
work=${MLAAS_BENCH_FOLDER:-$home/.mlaas/bench/translation}

usage() {
  cat <<'TEXT'
bench/translation/run.sh [OPTION …]

Makes some 440 models with PyTorch, Keras, TensorFlow, scikit-learn, XGBoost and LightGBM (seeds and versions are pinned), and
translates each with ./mlaas translate and with the official converters, one after the other, with one thread: torch.onnx.export
(dynamo=False: "script"; dynamo=True: "dynamo"), tf2onnx and Keras' own export, skl2onnx, onnxmltools. For each: translated or why
not, the largest absolute error against what the framework computed (both files in the same ONNX Runtime), wall time from start to
end of the process, processor time, peak memory. mlaas is measured as a user runs it, with its proof, and with --check, which
translates without a proof. The official converters prove nothing.

  --only PATTERN        models whose name matches, such as '^keras/' or 'Gru'
  --converters PATTERN  such as '^mlaas' (mlaas, mlaas-check, script, dynamo, from-keras, export, saved-model, sklearn, xgboost, lightgbm)
  --every N             each Nth of the models
  --rounds N            each N times, the smallest times are kept
  --missing             only what has no result yet
  --untimed             one process per converter: quick, and without times
  --limit SECONDS       that one translation may take (300)
  --report              only write docs/translation/results.md and the summary from the results there are

MLAAS_BENCH_FOLDER      where models, environments and results are kept (.mlaas/bench/translation)
MLAAS_BENCH_TORCH, MLAAS_BENCH_TENSORFLOW, MLAAS_BENCH_SKLEARN
                        a Python that has requirements-*.txt; otherwise environments are made with python3.11 (3 GB are fetched)
TEXT
}

environment() { # NAME PYTHON
  if [ -n "$2" ]; then
    printf '%s\n' "$2"
    return
  fi
  local folder=$work/$1
  if [ ! -f "$folder/complete" ]; then
    python3.11 -m venv "$folder" >&2
    "$folder/bin/python" -m pip install -q -r "$here/requirements-$1.txt" >&2
    : >"$folder/complete"
  fi
  printf '%s\n' "$folder/bin/python"
}

make_models() {
  local fixtures=$home/ml/onnx/src/test/python models=$work/models
  [ ! -f "$models/complete" ] || return 0
  rm -rf "$models"
  mkdir -p "$models"/{torch,keras,tensorflow,sklearn,trees}
  export OMP_NUM_THREADS=1 TF_CPP_MIN_LOG_LEVEL=3
  "$torch" "$here/make_torch.py" "$models/torch"
  "$tensorflow" "$fixtures/keras/make_fixtures.py" "$models/keras"
  "$tensorflow" "$fixtures/tensorflow/make_fixtures.py" "$models/tensorflow"
  "$tensorflow" "$here/make_larger.py" saved-models "$models/tensorflow" "$models/keras"
  "$tensorflow" "$here/make_larger.py" keras "$models/keras"
  "$sklearn" "$fixtures/sklearn/make_fixtures.py" "$models/sklearn"
  "$sklearn" "$here/make_larger.py" sklearn "$models/sklearn"
  "$sklearn" "$fixtures/trees/make_fixtures.py" "$models/trees"
  "$sklearn" "$fixtures/trees/make_sklearn_fixtures.py" "$models/trees"
  : >"$models/complete"
}

report() {
  "$sklearn" "$here/report.py" "$work/results.json" "$home/docs/translation/results.md"
}

case " $* " in *' --help '* | *' -h '*)
  usage
  exit 0
  ;;
esac

mkdir -p "$work"
torch=$(environment torch "${MLAAS_BENCH_TORCH:-}")
tensorflow=$(environment tensorflow "${MLAAS_BENCH_TENSORFLOW:-}")
sklearn=$(environment sklearn "${MLAAS_BENCH_SKLEARN:-}")
if [ "${1:-}" != --report ]; then
  make_models
  "$home/mlaas" translate --version # builds what is stale
  "$sklearn" "$here/measure.py" "$work/models" "$work/results.json" --torch "$torch" --tensorflow "$tensorflow" --sklearn "$sklearn" "$@"
fi
report
