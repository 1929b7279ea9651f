#!/usr/bin/env bash
# Drift tests and detectors of mlaas beside Evidently and River; monitoring-service under load and killed: bench/monitoring/run.sh [--help]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home=$(cd "$here/../.." && pwd)
work=${MLAAS_BENCH_FOLDER:-$home/.mlaas/bench/monitoring}

usage() {
  cat <<'TEXT'
bench/monitoring/run.sh [accuracy|speed|wide|all] [OPTION …]
bench/monitoring/run.sh ingest|kill|order [OPTION …]

accuracy  the datasets that scikit-learn ships, in several splits: does every column get the same test, the same score (to 1e-6)
          and the same verdict as from Evidently, by default and with each method that it has for the column? Do the detectors
          find the same indices as River's on 30 random streams? Ends with status 1 if not.
speed     one million rows of reference and of current data, 20 columns of numbers, from one file (little-endian doubles, column
          after column): mlaas and Evidently in turns, start of the process and reading included
wide      three million rows of both, 1,000 columns that a generator makes one by one, in a heap of 1.5 GB

ingest    predictions through Kafka into a monitor, in a stack of its own: rows a second that are durable, beside Kafka alone
kill      the same while service, PostgreSQL and Kafka are killed (kill -9), then counting by id
order     100,000 predictions in order and, twice and shuffled, once more: the same reports, byte for byte

  --rows N     of speed (1000000) or wide (3000000)
  --columns N  of speed (20) or wide (1000)
  --rounds N   of speed (3)
  --ours       mlaas only, in speed

Options of ingest, kill and order: bench/load.sh monitoring ingest --help

MLAAS_BENCH_STATE   the folder of the stack of ingest, kill and order (a new one under /tmp; kept if something was wrong)
MLAAS_BENCH_FOLDER  where the Python environments and files are kept (.mlaas/bench/monitoring)
TEXT
}

# A stack without what a monitor does not need, and the command of bench/load on it.
on_a_stack() {
  cd "$home"
  export MLAAS_CACHE=${MLAAS_CACHE:-$home/.mlaas/cache}
  export MLAAS_STATE=${MLAAS_BENCH_STATE:-$(mktemp -d /tmp/mlaas-monitoring.XXXXXX)}
  local ports=() name status=0
  for name in gateway postgres kafka kafka-controller keycloak keycloak-management monitoring; do
    ports+=(--port "$name=0")
  done
  grep -m1 'model name' /proc/cpuinfo || true
  printf 'processors\t: %s, load %s\n' "$(nproc)" "$(cut -d' ' -f1-3 /proc/loadavg)"
  ./mlaas up --detach --without mqtt,s3,evm,blockchain,model-sharing,training,translation,online-learning,prometheus \
    "${ports[@]}" >/dev/null
  bench/load.sh monitoring "$@" || status=$?
  ./mlaas down >/dev/null
  printf 'load after\t: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
  if [ "$status" -eq 0 ]; then
    rm -rf "$MLAAS_STATE"
  else
    echo "data and logs: $MLAAS_STATE" >&2
  fi
  exit "$status"
}
case ${1:-} in
  ingest | kill | order) on_a_stack "$@" ;;
esac

what=all rows= columns= rounds=3 ours=
while [ $# -gt 0 ]; do
  case $1 in
    accuracy | speed | wide | all) what=$1 ;;
    --rows) rows=$2 && shift ;;
    --columns) columns=$2 && shift ;;
    --rounds) rounds=$2 && shift ;;
    --ours) ours=yes ;;
    --help | -h) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done

for jdk in "${MLAAS_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*25* /opt/jdk*; do
  grep -qs '^JAVA_VERSION="\(2[5-9]\|[3-9][0-9]\)' "$jdk/release" && break
done
statistics=$home/ml/statistics/target
if [ ! -f "$statistics/classpath" ] || [ ! -d "$statistics/classes" ]; then
  (cd "$home" && JAVA_HOME=$jdk "${MLAAS_MAVEN:-mvn}" -B -q -Dquick -DskipTests -pl ml/statistics -am package)
fi
mkdir -p "$work/classes"
classpath=$work/classes:$statistics/classes:$(cat "$statistics/classpath")
"$jdk/bin/javac" -d "$work/classes" -cp "$classpath" "$here"/*.java
mlaas() {
  "$jdk/bin/java" -XX:+UseSerialGC -Xmx1500m -cp "$classpath" io.mlaas.monitoring.bench.MonitoringBench "$@"
}

environment() { # NAME REQUIREMENTS
  [ -f "$work/$1/complete" ] && return
  python3 -m venv "$work/$1"
  "$work/$1/bin/python" -m pip install -q -r "$here/$2"
  : >"$work/$1/complete"
}
evidently() {
  DO_NOT_TRACK=1 "$work/evidently/bin/python" "$here/evidently_side.py" "$@"
}

grep -m1 'model name' /proc/cpuinfo || true
printf 'processors\t: %s, load %s\n' "$(nproc)" "$(cut -d' ' -f1-3 /proc/loadavg)"
"$jdk/bin/java" -version 2>&1 | head -1

if [ "$what" = accuracy ] || [ "$what" = all ]; then
  environment evidently requirements.txt
  environment river requirements-river.txt
  mkdir -p "$work/accuracy"
  evidently cases "$work/accuracy"
  mlaas cases "$work/accuracy/cases.txt" >"$work/accuracy/mlaas.tsv"
  echo "Evidently"
  python3 "$here/compare.py" evidently "$work/accuracy/evidently.tsv" "$work/accuracy/mlaas.tsv"
  "$work/river/bin/python" "$here/river_side.py" "$work/accuracy"
  mlaas streams "$work/accuracy/streams.txt" >"$work/accuracy/streams.tsv"
  echo "River"
  python3 "$here/compare.py" river "$work/accuracy/river.tsv" "$work/accuracy/streams.tsv"
fi
if [ "$what" = speed ] || [ "$what" = all ]; then
  [ -n "$ours" ] || environment evidently requirements.txt
  size=("${rows:-1000000}" "${columns:-20}")
  mlaas write "$work/speed.bin" "${size[@]}"
  for round in $(seq "$rounds"); do
    echo "round $round of $rounds, ${size[0]} rows, ${size[1]} columns"
    time mlaas file "$work/speed.bin" "${size[@]}"
    [ -n "$ours" ] || time evidently speed "$work/speed.bin" "${size[@]}"
  done
fi
if [ "$what" = wide ] || [ "$what" = all ]; then
  size=("${rows:-3000000}" "${columns:-1000}")
  echo "${size[0]} rows, ${size[1]} columns, generated"
  time mlaas generated "${size[@]}"
fi
printf 'load after\t: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
