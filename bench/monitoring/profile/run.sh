#!/usr/bin/env bash
# Profiles of columns: bench/monitoring/profile/run.sh [speed|agreement] [--help]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home=$(cd "$here/../../.." && pwd)
work=${MLAAS_BENCH_FOLDER:-$home/.mlaas/bench/monitoring/profile}

usage() {
  cat <<'TEXT'
bench/monitoring/profile/run.sh [speed|agreement] [OPTION …]

speed      what a value costs in one thread; then many rows of many columns with all processors, in 1 GB of heap
agreement  how many columns get the same verdict from a profile as from all rows, for four accuracies of the profile

  --rows N     of speed (1000000)
  --columns N  of speed (1000) or agreement (900)
  --heap SIZE  of speed (1g)
TEXT
}

what=speed rows=1000000 columns= heap=1g
while [ $# -gt 0 ]; do
  case $1 in
    speed | agreement) what=$1 ;;
    --rows) rows=$2 && shift ;;
    --columns) columns=$2 && shift ;;
    --heap) heap=$2 && shift ;;
    --help | -h) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done

for jdk in "${MLAAS_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*25* /opt/jdk*; do
  grep -qs '^JAVA_VERSION="\(2[5-9]\|[3-9][0-9]\)' "$jdk/release" && break
done
profile=$home/ml/profile/target
if [ ! -f "$profile/classpath" ] || [ ! -d "$profile/classes" ]; then
  (cd "$home" && JAVA_HOME=$jdk "${MLAAS_MAVEN:-mvn}" -B -q -Dquick -DskipTests -pl ml/profile -am package)
fi
mkdir -p "$work/classes"
classpath=$work/classes:$profile/classes:$home/ml/statistics/target/classes:$(cat "$profile/classpath")
"$jdk/bin/javac" -d "$work/classes" -cp "$classpath" "$here"/*.java

grep -m1 'model name' /proc/cpuinfo || true
printf 'processors\t: %s, load %s\n' "$(nproc)" "$(cut -d' ' -f1-3 /proc/loadavg)"
if [ "$what" = speed ]; then
  arguments=("$rows" "${columns:-1000}")
else
  arguments=("${columns:-900}")
fi
"$jdk/bin/java" "-Xmx$heap" -cp "$classpath" io.mlaas.monitoring.bench.ProfileBench "$what" "${arguments[@]}"
printf 'load after\t: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
