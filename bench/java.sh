#!/usr/bin/env bash
# Prints the java of a JDK 25, builds what the benchmarks need if that is missing.
set -euo pipefail
home=$(cd "$(dirname "$0")/.." && pwd)
for jdk in "${MLAAS_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*25* /opt/jdk*; do
  if [ -n "$jdk" ] && grep -qs '^JAVA_VERSION="\(2[5-9]\|[3-9][0-9]\)' "$jdk/release"; then
    [ -f "$home/bench/load/target/classpath" ] ||
      (cd "$home" && JAVA_HOME=$jdk "${MLAAS_MAVEN:-mvn}" -B -q -Dquick -DskipTests package) >&2
    printf '%s\n' "$jdk/bin/java"
    exit 0
  fi
done
echo "JDK 25 not found: install one (https://adoptium.net) or set MLAAS_JAVA_HOME to where it is" >&2
exit 3
