#!/usr/bin/env bash
# One process of mlaas translate for many files: batch.sh FOLDER, where the class of Batch.java is put.
set -euo pipefail
home=$(cd "$(dirname "$0")/../.." && pwd)
for jdk in "${MLAAS_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*25* /opt/jdk*; do
  grep -qs '^JAVA_VERSION="\(2[5-9]\|[3-9][0-9]\)' "$jdk/release" && break
done
translator=$home/ml/translate/target
classes=$translator/classes:$(cat "$translator/classpath")
"$jdk/bin/javac" -d "$1" -cp "$classes" "$home/bench/translation/Batch.java"
exec "$jdk/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx2g --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -Dslf4j.internal.verbosity=ERROR -cp "$1:$classes" io.mlaas.translate.Batch
