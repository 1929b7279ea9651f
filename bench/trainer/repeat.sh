#!/bin/bash
# Trains the demo's network N times, each in a process of its own, and counts the distinct digests of the result.
#   bench/trainer/repeat.sh [N=200] [EPOCHS=the description's]
set -euo pipefail
cd "$(dirname "$0")/../.."
runs=${1:-200}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/in/dataset" "$work/in/model"
cp demo/digits/digits.csv "$work/in/dataset/"
cp demo/digits/network.json "$work/in/model/"
[ $# -lt 2 ] || export MLAAS_PARAM_EPOCHS=$2
classpath=trainer/target/classes:$(cat trainer/target/classpath)
start=$SECONDS
for run in $(seq "$runs"); do
    rm -rf "$work/out"
    MLAAS_INPUT_DIR=$work/in MLAAS_OUTPUT_DIR=$work/out \
        "$java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -Xmx1g -cp "$classpath" io.mlaas.trainer.Trainer \
        > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
    sha256sum < "$work/out/model.pt" | cut -d' ' -f1 >> "$work/digests"
    [ $((run % 20)) -ne 0 ] || echo "$run of $runs, $(sort -u "$work/digests" | wc -l) distinct, $((SECONDS - start)) s"
done
echo "runs per digest:"
sort "$work/digests" | uniq -c | sort -rn
echo "distinct digests: $(sort -u "$work/digests" | wc -l) of $runs runs"
