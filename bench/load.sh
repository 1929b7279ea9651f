#!/usr/bin/env bash
# Load on the running local stack (./mlaas up): bench/load.sh registrations|reads|transfer|learners [--help]
set -euo pipefail
home=$(cd "$(dirname "$0")/.." && pwd)
java=$("$home/bench/java.sh")
exec "$java" -XX:+UseSerialGC -Xmx512m --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
  -Djdk.httpclient.allowRestrictedHeaders=host,content-length -Dslf4j.internal.verbosity=ERROR \
  "-Dmlaas.home=$home" -cp "$home/bench/load/target/classes:$(cat "$home/bench/load/target/classpath")" \
  io.mlaas.bench.Bench "$@"
