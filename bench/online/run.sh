#!/usr/bin/env bash
# Online learners of mlaas beside River and Vowpal Wabbit: bench/online/run.sh [--help]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home=$(cd "$here/../.." && pwd)
work=${MLAAS_BENCH_FOLDER:-$home/.mlaas/bench/online}

usage() {
  cat <<'TEXT'
bench/online/run.sh [speed|accuracy|all] [OPTION …]

speed     rows/s of linear learners (log loss; SGD, AdaGrad, FTRL) on one stream of ten numbers: read from a text file and learned,
          learned from memory, and predicted and then learned one by one. mlaas, River and Vowpal Wabbit in turns, one thread each
          (Vowpal Wabbit's own program parses in a second one); medians of the rounds.
accuracy  prequential accuracy over SEA, Agrawal, RBF, hyperplane and LED, with and without drift, of mlaas and of River (the same
          rows): trees, forests, and the champion race. River's forest takes many minutes for 100,000 rows of one stream;
          --rows 10000 or --ours is short.

  --rows N         rows of a stream (speed: 200000, accuracy: 100000)
  --rounds N       of speed (5)
  --streams REGEX  of accuracy, such as 'sea.*' (all)
  --ours           mlaas only

MLAAS_BENCH_FOLDER  where the Python environment, streams and results are kept (.mlaas/bench/online)
MLAAS_BENCH_PYTHON  a Python that has requirements.txt; otherwise an environment is made with python3
TEXT
}

what=all rows= rounds=5 streams='.*' ours=
while [ $# -gt 0 ]; do
  case $1 in
    speed | accuracy | all) what=$1 ;;
    --rows) rows=$2 && shift ;;
    --rounds) rounds=$2 && shift ;;
    --streams) streams=$2 && shift ;;
    --ours) ours=yes ;;
    --help | -h) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done

for jdk in "${MLAAS_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*25* /opt/jdk*; do
  grep -qs '^JAVA_VERSION="\(2[5-9]\|[3-9][0-9]\)' "$jdk/release" && break
done
online=$home/ml/online/target
if [ ! -f "$online/classpath" ] || [ ! -d "$online/classes" ]; then
  (cd "$home" && JAVA_HOME=$jdk "${MLAAS_MAVEN:-mvn}" -B -q -Dquick -DskipTests -pl ml/online -am package)
fi
mkdir -p "$work/classes"
classpath=$work/classes:$online/classes:$(cat "$online/classpath")
"$jdk/bin/javac" -d "$work/classes" -cp "$classpath" "$here"/*.java
mlaas() {
  "$jdk/bin/java" -XX:+UseSerialGC -Xmx2g -cp "$classpath" io.mlaas.online.bench.OnlineBench "$@"
}

export OMP_NUM_THREADS=1
python=${MLAAS_BENCH_PYTHON:-$work/python/bin/python}
if [ -z "$ours" ] && [ -z "${MLAAS_BENCH_PYTHON:-}" ] && [ ! -f "$work/python/complete" ]; then
  python3 -m venv "$work/python"
  "$python" -m pip install -q -r "$here/requirements.txt"
  : >"$work/python/complete"
fi

results=$work/results-$what.tsv
: >"$results"
grep -m1 'model name' /proc/cpuinfo || true
printf 'processors\t: %s, load %s\n' "$(nproc)" "$(cut -d' ' -f1-3 /proc/loadavg)"
"$jdk/bin/java" -version 2>&1 | head -1
[ -n "$ours" ] || "$python" -c 'import sys, importlib.metadata as m; print("Python", sys.version.split()[0], "river", m.version("river"), "vowpalwabbit", m.version("vowpalwabbit"))'

if [ "$what" != accuracy ]; then
  mkdir -p "$work/speed"
  rm -f "$work"/speed/*
  mlaas write-speed "${rows:-200000}" "$work/speed"
  for round in $(seq "$rounds"); do
    echo "round $round of $rounds" >&2
    # twice in one process: the first is the warming up of the JIT, and is not counted
    mlaas speed "$work/speed" 2 | grep 'round 2' | tee -a "$results"
    [ -n "$ours" ] || "$python" "$here/others.py" vw-speed "$work/speed/speed.vw" 1 | tee -a "$results"
    [ -n "$ours" ] || "$python" "$here/others.py" river-speed "$work/speed/speed.csv" 1 | tee -a "$results"
  done
fi
if [ "$what" != speed ]; then
  mkdir -p "$work/streams"
  rm -f "$work"/streams/*
  mlaas accuracy "${rows:-100000}" "$streams" | tee -a "$results"
  if [ -z "$ours" ]; then
    mlaas write "${rows:-100000}" "$streams" "$work/streams"
    for file in "$work"/streams/*.csv; do
      "$python" "$here/others.py" river-accuracy "$file" "$(basename "$file" .csv)" | tee -a "$results"
    done
  fi
fi
python3 "$here/report.py" "$results"
printf 'load after\t: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
