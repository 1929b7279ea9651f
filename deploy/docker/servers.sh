#!/usr/bin/env bash
# Builds mlaas/mqtt and mlaas/s3, the servers that the chart can bundle, with docker or podman. What was built before:
# ./mlaas up, or mvn -DskipTests package.
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
engine=${MLAAS_CONTAINER_ENGINE:-$(command -v docker || command -v podman)}
version=${MLAAS_IMAGE_VERSION:-$(sed -n '/<artifactId>mlaas<\/artifactId>/{n;s:.*<version>\(.*\)</version>.*:\1:p;}' "$home/pom.xml")}
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT

build() { # NAME OPTIONS-AND-MAIN…
  local name=$1 server=$home/local-stack/servers/$1 file
  shift
  [ -f "$server/target/classpath" ] || {
    printf 'servers.sh: %s: not built (expected: ./mlaas up)\n' "$server" >&2
    exit 2
  }
  rm -rf "${context:?}"/*
  mkdir "$context/lib"
  cp "$server/target"/*-server-*.jar "$context/lib/"
  # The file has no line end: without one its last library would be lost.
  { tr ':' '\n' <"$server/target/classpath" && echo; } | while read -r file; do
    cp "$file" "$context/lib/"
  done
  cp "$home/deploy/docker/Dockerfile.server" "$context/Dockerfile"
  printf '%s\n' -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError -Duser.home=/tmp -Djava.net.preferIPv4Stack=true "$@" >"$context/entry.options"
  "$engine" build ${MLAAS_IMAGE_BASE:+"--build-arg=BASE=$MLAAS_IMAGE_BASE"} --build-arg "VERSION=$version" \
    --tag "${MLAAS_IMAGE_PREFIX:-mlaas}/$name:$version" "$context"
}

build s3 -cp '/app/lib/*' io.mlaas.stack.s3.S3ServerMain /data 9000
build mqtt --add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.nio=ALL-UNNAMED \
  --add-opens=java.base/sun.nio.ch=ALL-UNNAMED --add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED \
  -cp '/app/lib/*' io.mlaas.stack.mqtt.MqttServerMain /data 1883 /etc/mlaas/operator.properties
