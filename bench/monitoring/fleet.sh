#!/usr/bin/env bash
# A window of a fleet, from its rows to what is stored: bench/monitoring/fleet.sh [ROWS] [FEATURES] [DEVICES]
set -euo pipefail
home=$(cd "$(dirname "$0")/../.." && pwd)
case ${1:-} in
  --help | -h) sed -n 2p "$0" | cut -c3- && exit 0 ;;
esac
for jdk in "${MLAAS_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*25* /opt/jdk*; do
  grep -qs '^JAVA_VERSION="\(2[5-9]\|[3-9][0-9]\)' "$jdk/release" && break
done
service=$home/monitoring-service/target
if [ ! -d "$service/test-classes/io/mlaas/monitoring/fleet" ]; then
  (cd "$home" && JAVA_HOME=$jdk "${MLAAS_MAVEN:-mvn}" -B -q -Dquick -pl monitoring-service -am test-compile)
fi
libraries=$(cat "$home/ml/profile/target/classpath")
classpath=$service/classes:$service/test-classes:$home/ml/profile/target/classes:$home/ml/statistics/target/classes:$libraries
for library in tools/jackson/core/jackson-databind tools/jackson/core/jackson-core com/fasterxml/jackson/core/jackson-annotations; do
  classpath=$classpath:$(ls "${MLAAS_REPOSITORY:-$HOME/.m2/repository}/$library"/*/*.jar | grep -v sources | tail -1)
done
grep -m1 'model name' /proc/cpuinfo || true
printf 'processors\t: %s, load %s\n' "$(nproc)" "$(cut -d' ' -f1-3 /proc/loadavg)"
"$jdk/bin/java" -Xmx3g -cp "$classpath" io.mlaas.monitoring.fleet.FleetBench "${1:-1000000}" "${2:-20}" "${3:-1000}"
printf 'load after\t: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
