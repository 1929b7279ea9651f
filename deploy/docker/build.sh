#!/usr/bin/env bash
# Builds the images of the services and of the training programs with docker or podman: docs/images.md.
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
engine=${MLAAS_CONTAINER_ENGINE:-}
base=''
python=''
prefix=mlaas
version=''
package=no
names=()

usage() {
  cat <<'TEXT'
usage: deploy/docker/build.sh [OPTION]… [NAME]…
Builds mlaas/NAME:VERSION for each NAME (default: every service, trainer and federated). flare and flower, which install
these frameworks from a package index, are built only when they are named.

  --base IMAGE      the Java 25 runtime below all images, best by digest: eclipse-temurin@sha256:…
                    (default: the version that deploy/docker/Dockerfile names)
  --python IMAGE    the Python below flare and flower, 3.11 or newer with venv
                    (default: the version that ppfl-frameworks/Dockerfile names)
  --engine PROGRAM  docker or podman (default: MLAAS_CONTAINER_ENGINE, or what is installed)
  --package         builds the jars and their bills of materials first (mvn package, without tests)
  --prefix PREFIX   what stands before the names, for instance registry.example/mlaas (default: mlaas)
  --version TAG     (default: the version in pom.xml)
  --help
TEXT
}

fail() {
  printf 'build.sh: %s\n' "$1" >&2
  exit 2
}

while [ $# -gt 0 ]; do
  case $1 in
    --help | -h)
      usage
      exit 0
      ;;
    --package) package=yes ;;
    --base | --engine | --prefix | --python | --version)
      [ $# -ge 2 ] || fail "$1: without a value (expected: $1 VALUE)"
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    -*) fail "$1: unknown option (expected: see --help)" ;;
    *) names+=("$1") ;;
  esac
  shift
done

# What is built where no name is given.
usual() {
  sed -n 's:.*<module>\([a-z-]*-service\|trainer\|ppfl-api\)</module>.*:\1:p' "$home/pom.xml"
  echo federated
}
known() {
  usual
  printf '%s\n' flare flower
}

[ ${#names[@]} -gt 0 ] || mapfile -t names < <(usual)
for name in "${names[@]}"; do
  grep -qx -- "$name" <<<"$(known)" || fail "$name: unknown (expected: one of $(known | tr '\n' ' '))"
done
if [ -z "$engine" ]; then
  engine=$(command -v docker || command -v podman) || fail 'neither docker nor podman is installed (or: --engine PROGRAM)'
fi
[ -n "$version" ] || version=$(sed -n '/<artifactId>mlaas<\/artifactId>/{n;s:.*<version>\(.*\)</version>.*:\1:p;}' "$home/pom.xml")
revision=$(git -C "$home" rev-parse HEAD 2>/dev/null || echo unknown)

if [ "$package" = yes ]; then
  (cd "$home" && "${MLAAS_MAVEN:-mvn}" -B -q -DskipTests package)
fi

# The one jar that the build left; and its bill of materials, which a quick build does not make.
check_built() { # MODULE
  local jars=("$home/$1/target/$1"-*.jar)
  [ ${#jars[@]} -eq 1 ] && [ -f "${jars[0]}" ] || fail "$1: not built: one jar in $1/target (expected: ./mlaas up, or --package)"
  [ -f "$home/$1/target/bom.json" ] || fail "$1: no $1/target/bom.json (expected: a build without -Dquick, or --package)"
}

# The C library with which training-service finds out why a repeated training differs is in its jar, if the build had a compiler.
tell_without_observer() {
  local libraries=("$home"/observer/target/classes/io/mlaas/observer/linux-*/libmlaas-observer.so)
  [ -f "${libraries[0]}" ] \
    || printf 'build.sh: training-service: built without a C compiler, it does not examine why repeated trainings differ\n' >&2
}

# The port that a service listens on, as its application.yml has it.
port_of() { # MODULE
  sed -n 's/^server\.port: *\([0-9]*\).*/\1/p; /^server:/,/^[a-z]/s/^  port: *\([0-9]*\).*/\1/p' \
    "$home/$1/src/main/resources/application.yml" | head -n 1
}

jar_beside() { # FOLDER OF CLASSES
  local jars=("${1%/classes}"/*.jar)
  printf '%s\n' "${jars[0]}"
}

# A training program is no Spring Boot jar: its libraries are laid out here, in the order of its class path.
lay_out() { # MODULE MAIN-CLASS
  local module=$1 image=$home/$1/target/image file name path=/app/lib/$1.jar
  local -a files
  rm -rf "$image"
  mkdir -p "$image/dependencies" "$image/platform"
  cp "$home/$module/target/$module"-*.jar "$image/platform/$module.jar"
  IFS=: read -r -a files < <(cat "$home/$module/target/classpath" && echo)
  for file in "${files[@]}"; do
    # A build that made no jars of the modules names their classes.
    case $file in */target/classes) file=$(jar_beside "$file") ;; esac
    [ -f "$file" ] || fail "$module: no $file (expected: ./mlaas up, or --package)"
    name=${file##*/}
    case $file in
      "$home"/*) cp "$file" "$image/platform/$name" ;;
      *) cp -p "$file" "$image/dependencies/$name" ;;
    esac
    path=$path:/app/lib/$name
  done
  printf -- '-cp %s\n%s\n' "$path" "$2" >"$image/program.options"
}

run_engine() { # ARGUMENT…
  # Podman's own format has no health checks.
  case ${engine##*/} in podman*) set -- --format docker "$@" ;; esac
  "$engine" build --build-arg "VERSION=$version" --build-arg "REVISION=$revision" "$@" "$home"
}

build_java() { # NAME TARGET ARGUMENT…
  local name=$1 target=$2
  shift 2
  run_engine --file "$home/deploy/docker/Dockerfile" --target "$target" ${base:+--build-arg "BASE=$base"} "$@" \
    --tag "$prefix/$name:$version"
}

build_program() { # NAME MODULE MAIN-CLASS
  check_built "$2"
  lay_out "$2" "$3"
  build_java "$1" trainer --build-arg "PROGRAM=$2" --build-arg "TITLE=$1"
}

build_framework() { # NAME
  run_engine --file "$home/ppfl-frameworks/Dockerfile" ${python:+--build-arg "BASE=$python"} --build-arg "FRAMEWORK=$1" \
    --tag "$prefix/$1:$version"
}

build_service() { # NAME
  check_built "$1"
  check_kit
  [ "$1" != training-service ] || tell_without_observer
  build_java "$1" service --build-arg "SERVICE=$1" --build-arg "PORT=$(port_of "$1")"
}

build() { # NAME
  case $1 in
    trainer) build_program trainer trainer io.mlaas.trainer.Trainer ;;
    federated) build_program federated ppfl-trainer io.mlaas.ppfl.trainer.FederatedTrainer ;;
    flare | flower) build_framework "$1" ;;
    *) build_service "$1" ;;
  esac
}

check_kit() {
  local jars=("$home"/service-kit/target/service-kit-*.jar)
  [ -f "${jars[0]}" ] || fail 'service-kit: not built (expected: ./mlaas up, or --package)'
}

for name in "${names[@]}"; do
  build "$name"
done
