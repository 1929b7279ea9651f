#!/bin/bash
# Our trainer beside PyTorch in Python, in turns in one run: bench/trainer/speed.sh [PYTHON=python3] [ROUNDS=2]
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${1:-python3}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
classpath=trainer/target/classes:$(cat trainer/target/classpath)
echo "$(nproc) cores, $(lscpu | sed -n 's/^Model name: *//p'), load $(cut -d' ' -f1-3 /proc/loadavg), one thread each"
for round in $(seq "${2:-2}"); do
    "$java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -cp "$classpath" bench/trainer/TrainerSpeed.java bench/trainer/networks.json
    OMP_NUM_THREADS=1 "$python" bench/trainer/trainer_speed.py
done
