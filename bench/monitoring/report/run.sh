#!/usr/bin/env bash
# How long a report takes, part by part: bench/monitoring/report/run.sh [ROWS] [FEATURES]
set -euo pipefail
home=$(cd "$(dirname "$0")/../../.." && pwd)

for jdk in "${MLAAS_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*25* /opt/jdk*; do
  grep -qs '^JAVA_VERSION="\(2[5-9]\|[3-9][0-9]\)' "$jdk/release" && break
done
service=$home/monitoring-service/target
if [ ! -d "$service/test-classes" ]; then
  (cd "$home" && JAVA_HOME=$jdk "${MLAAS_MAVEN:-mvn}" -B -q -Dquick -pl monitoring-service -am test-compile)
fi
libraries=$(find "${MLAAS_M2:-$HOME/.m2/repository}" \( -name 'hipparchus-core-*.jar' -o -name 'commons-statistics-*.jar' \
  -o -name 'commons-numbers-*.jar' -o -name 'commons-rng-*.jar' -o -name 'jspecify-*.jar' -o -name 'jackson-*.jar' \) \
  ! -name '*-sources.jar' -printf '%p:')
grep -m1 'model name' /proc/cpuinfo || true
printf 'processors\t: %s, load %s\n' "$(nproc)" "$(cut -d' ' -f1-3 /proc/loadavg)"
"$jdk/bin/java" -Xmx3g -cp "$service/classes:$service/test-classes:$home/ml/statistics/target/classes:$home/ml/profile/target/classes:$libraries" \
  io.mlaas.monitoring.report.ReportSpeed "$@"
printf 'load after\t: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
