#!/usr/bin/env bash
# Devices at the MQTT broker of a stack of its own: bench/mqtt/run.sh speed|kill [--help]
# MLAAS_BENCH_STATE names the folder for its data (a new one under /tmp if it is not set; kept if something was lost or doubled).
set -euo pipefail
cd "$(dirname "$0")/../.."
case " $* " in
  *" --help "* | *" -h "*) exec bench/load.sh mqtt "$@" ;;
esac
export MLAAS_CACHE=${MLAAS_CACHE:-$PWD/.mlaas/cache}
export MLAAS_STATE=${MLAAS_BENCH_STATE:-$(mktemp -d /tmp/mlaas-mqtt.XXXXXX)}
ports=()
for name in gateway postgres kafka kafka-controller mqtt s3 evm keycloak keycloak-management \
  model-sharing blockchain training translation online-learning online-learning-grpc; do
  ports+=(--port "$name=0")
done
grep -m1 'model name' /proc/cpuinfo || true
printf 'processors\t: %s, load %s\n' "$(nproc)" "$(cut -d' ' -f1-3 /proc/loadavg)"
./mlaas up --detach --without s3,evm,blockchain,model-sharing,training,translation "${ports[@]}" >/dev/null
status=0
bench/load.sh mqtt "$@" || status=$?
./mlaas down >/dev/null
if [ "$status" -eq 0 ]; then
  rm -rf "$MLAAS_STATE"
else
  echo "data and logs: $MLAAS_STATE" >&2
fi
exit "$status"
