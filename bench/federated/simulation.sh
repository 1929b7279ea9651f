#!/bin/bash
# Rounds of FedAvg with many simulated clients, ours and Flower's: the same network of 100,234 parameters, samples, steps and
# initial weights, one after the other; then how far their models are apart.
#   bench/federated/simulation.sh [CLIENTS=1000] [ROUNDS=5]
# PYTHON names an environment with requirements.txt; without it one is made under .mlaas/bench.
set -euo pipefail
cd "$(dirname "$0")/../.."
clients=${1:-1000}
rounds=${2:-5}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
python=${PYTHON:-}
if [ -z "$python" ]; then
    environment=.mlaas/bench/federated-python
    [ -d "$environment" ] || python3 -m venv "$environment"
    "$environment/bin/pip" -q install -r bench/federated/requirements.txt
    python=$environment/bin/python
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
classpath=ml/federated/target/classes:ml/neural/target/classes:ml/privacy/target/classes:$(cat ppfl-trainer/target/classpath)
echo "$(nproc) cores, $(lscpu | sed -n 's/^Model name: *//p'), load $(cut -d' ' -f1-3 /proc/loadavg)"
"$java" --enable-native-access=ALL-UNNAMED -Xmx1g -cp "$classpath" bench/federated/FederatedSpeed.java \
    "$work" "$clients" "$rounds" "$(nproc)" 2>&1 | grep '^mlaas\|xception'
"$python" bench/federated/flower_side.py "$work" "$clients" "$rounds" 2>&1 | grep '^flower\|^models\|Error\|error' || {
    echo "Flower's simulation failed (expected: a model)" >&2
    exit 1
}
