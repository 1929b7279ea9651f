#!/bin/bash
# Trains three networks on the demo's digits again and again, each time in a process and a directory of its own, and counts
# the digests of what comes out: the demo's convolutions, a GRU, and a network with dropout and batch normalisation.
#   bench/provenance/reproduce.sh [N=200] [EPOCHS=2] [REPORT=digests are kept there]
set -euo pipefail
cd "$(dirname "$0")/../.."
runs=${1:-200} epochs=${2:-2} report=${3:-}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
report=${report:-$work/report}
: > "$report"

# copies, so that a build meanwhile changes nothing
classpath=
for entry in trainer/target/classes $(tr ':' ' ' < trainer/target/classpath); do
    if [ -d "$entry" ]; then
        copy=$work/classes/$(echo "$entry" | tr / _)
        mkdir -p "$copy" && cp -r "$entry/." "$copy/" && entry=$copy
    fi
    classpath=$classpath:$entry
done

description() {
    if [ "$1" = digits ]; then cat demo/digits/network.json
    else python3 -c 'import json, sys; print(json.dumps(json.load(open(sys.argv[1]))[sys.argv[2]]))' \
        bench/provenance/reproduce-networks.json "$1"
    fi
}

start=$SECONDS
for run in $(seq "$runs"); do
    for network in digits gru dropout; do
        job=$(mktemp -d "$work/job-XXXXXX")
        mkdir -p "$job/in/dataset" "$job/in/model" "$job/out"
        cp demo/digits/digits.csv "$job/in/dataset/"
        description "$network" > "$job/in/model/network.json"
        env -i PATH="$PATH" HOME="$HOME" OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 MLAAS_JOB_ID="$run-$network" \
            MLAAS_INPUT_DIR="$job/in" MLAAS_OUTPUT_DIR="$job/out" MLAAS_PARAM_EPOCHS="$epochs" \
            "$java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -Xmx1g -cp "${classpath#:}" \
            io.mlaas.trainer.Trainer > "$job/log" 2>&1 || { cat "$job/log"; exit 1; }
        echo "$network $(sha256sum < "$job/out/model.pt" | cut -d' ' -f1)" >> "$report"
        rm -rf "$job"
    done
    [ $((run % 20)) -ne 0 ] || echo "$run of $runs, $((SECONDS - start)) s"
done
echo "runs, network, digest:"
sort "$report" | uniq -c | sort -k2,2 -k1,1rn
for network in digits gru dropout; do
    first=$(grep -m1 "^$network " "$report")
    echo "$network: $(grep -cx "$first" "$report") of $(grep -c "^$network " "$report") equal to the first"
done
