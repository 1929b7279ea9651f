#!/bin/sh
# Compiles the library and the launcher into the folder that becomes the jar: build.sh SOURCES CLASSES
# Without a C compiler the module is built without them, and says so when it is asked.
set -eu
sources=$1
to=$2/io/mlaas/observer/linux-$(uname -m)
[ "$(uname -s)" = Linux ] || { echo "observer: not Linux, the library is left out"; exit 0; }
cc=${CC:-cc}
command -v "$cc" >/dev/null 2>&1 || { echo "observer: no C compiler ($cc), the library is left out"; exit 0; }
printf '#include <features.h>\n#ifndef __GLIBC__\n#error\n#endif\n' | "$cc" -E - >/dev/null 2>&1 \
  || { echo "observer: $cc finds no headers of glibc, the library is left out"; exit 0; }
[ -z "$(find "$sources" "$0" -newer "$to/mlaas-confine" 2>/dev/null)" ] && [ -f "$to/mlaas-confine" ] && exit 0
mkdir -p "$to"
flags="-std=gnu11 -O2 -g0 -Wall -Wextra -Wl,--build-id=none -ffile-prefix-map=$sources=observer"
# shellcheck disable=SC2086 # they are several
"$cc" $flags -fPIC -shared -fvisibility=hidden -o "$to/libmlaas-observer.so" "$sources"/observer/*.c -ldl -pthread
# shellcheck disable=SC2086
"$cc" $flags -o "$to/mlaas-confine" "$sources"/confine/*.c
