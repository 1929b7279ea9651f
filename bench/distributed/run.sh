#!/bin/bash
# Data-parallel training with 1, 2 and 4 processes: the built-in trainer, and PyTorch's DDP over Gloo with the same network,
# data, batch and optimiser on the same machine. Prints samples per second, efficiency and the share of time in exchanges.
#   bench/distributed/run.sh [PYTHON with torch and numpy] [EPOCHS=4]
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${1:-}
epochs=${2:-4}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/in/dataset" "$work/in/model"
classpath=trainer/target/classes:$(cat trainer/target/classpath)
export OMP_NUM_THREADS=1 MKL_NUM_THREADS=1

"$java" -cp "$classpath" bench/distributed/Samples.java "$work/in/dataset/samples.csv" 8192

network() { # UNITS
    cat <<JSON
{"data": {"scale": 1}, "layers": [{"type": "dense", "name": "a", "units": $1}, {"type": "relu"},
  {"type": "dense", "name": "b", "units": $1}, {"type": "relu"}, {"type": "dense", "name": "c", "units": 10}, {"type": "softmax"}],
 "training": {"optimizer": "sgd", "batch": 64, "epochs": $epochs, "seed": 1, "split": {"test": 0, "validation": 0}}}
JSON
}

ours() { # UNITS WORKERS
    network "$1" > "$work/in/model/network.json"
    rm -rf "$work/out"
    MLAAS_PARAM_WORKERS=$2 MLAAS_CHECKPOINT_DIR=$work MLAAS_INPUT_DIR=$work/in MLAAS_OUTPUT_DIR=$work/out \
        "$java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -Xmx512m -cp "$classpath" io.mlaas.trainer.Trainer \
        > "$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    # The first epoch warms up; an epoch's seconds hold validation (none here) and exchanges, not the checkpoint.
    "$java" bench/distributed/Rates.java "$work/out/metrics.json" 8192
}

peer() { # UNITS WORKERS
    "$python" bench/distributed/ddp.py "$work/in/dataset/samples.csv" "$1" "$2" "$epochs"
}

printf '%-28s %8s %12s %11s %10s\n' "network, program" workers samples/s efficiency exchange
for units in 256 1024; do
    for program in ours ${python:+peer}; do
        alone=
        for workers in 1 2 4; do
            read -r rate share < <("$program" "$units" "$workers")
            alone=${alone:-$rate}
            efficiency=$(awk "BEGIN {print int(100 * $rate / ($alone * $workers) + 0.5)}")
            name=$([ "$program" = ours ] && echo mlaas || echo "PyTorch DDP")
            printf '%-28s %8s %12s %10s%% %9s%%\n' "64-$units-$units-10, $name" "$workers" "$rate" "$efficiency" "$share"
        done
    done
done
