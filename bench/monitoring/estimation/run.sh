#!/usr/bin/env bash
# Performance estimated without labels, mlaas beside NannyML: bench/monitoring/estimation/run.sh [--help]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home=$(cd "$here/../../.." && pwd)
work=${MLAAS_BENCH_FOLDER:-$home/.mlaas/bench/monitoring/estimation}

if [ $# -gt 0 ]; then
  cat <<'TEXT'
bench/monitoring/estimation/run.sh

CBPE and DLE of the same rows by NannyML and by mlaas: five made-up datasets and three that scikit-learn ships, six metrics, two
chunks of 1,000 rows. Prints the greatest difference of each; ends with status 1 where one is beyond 0.001 (relative to estimates
above 1).

MLAAS_BENCH_FOLDER  where the Python environment and the tables are kept (.mlaas/bench/monitoring/estimation)
MLAAS_BENCH_PYTHON  a Python that has requirements.txt; otherwise an environment is made with python3
TEXT
  [ "$1" = --help ] || [ "$1" = -h ] || exit 2
  exit 0
fi

for jdk in "${MLAAS_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*25* /opt/jdk*; do
  grep -qs '^JAVA_VERSION="\(2[5-9]\|[3-9][0-9]\)' "$jdk/release" && break
done
profile=$home/ml/profile/target
if [ ! -f "$profile/classpath" ] || [ ! -d "$profile/classes" ]; then
  (cd "$home" && JAVA_HOME=$jdk "${MLAAS_MAVEN:-mvn}" -B -q -Dquick -DskipTests -pl ml/profile -am package)
fi
mkdir -p "$work/classes" "$work/tables"
classpath=$work/classes:$profile/classes:$home/ml/statistics/target/classes:$(cat "$profile/classpath")
"$jdk/bin/javac" -d "$work/classes" -cp "$classpath" "$here"/*.java

python=${MLAAS_BENCH_PYTHON:-$work/python/bin/python}
if [ -z "${MLAAS_BENCH_PYTHON:-}" ] && [ ! -f "$work/python/complete" ]; then
  python3 -m venv "$work/python"
  "$python" -m pip install -q -r "$here/requirements.txt"
  : >"$work/python/complete"
fi
rm -f "$work"/tables/*
"$python" "$here/estimation.py" write "$work/tables"
"$jdk/bin/java" -cp "$classpath" io.mlaas.monitoring.bench.EstimationBench "$work/tables" >"$work/mlaas.tsv"
"$python" "$here/estimation.py" compare "$work/tables" "$work/mlaas.tsv"
