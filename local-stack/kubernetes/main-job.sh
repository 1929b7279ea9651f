#!/usr/bin/env bash
# The main job with its training in a real cluster: registers the digits and a network on the local stack, trains it in pods
# (fetch, train, register), and compares the result with the chain.
#   deploy/docker/build.sh --package training-service trainer   # once, with docker or podman
#   local-stack/kubernetes/main-job.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=$(cd "$here/../.." && pwd)
cluster=$here/cluster.sh
engine=${MLAAS_CONTAINER_ENGINE:-$(command -v podman || command -v docker)}
export MLAAS_KUBE_STATE=${MLAAS_KUBE_STATE:-$home/.mlaas/kubernetes}
registry=${MLAAS_MAIN_JOB_PORT:-18101}
namespace=mlaas-training
acme=5d066d58-06de-47ab-a2f6-c8f413e21947

cleanup() {
  "$home/mlaas" down >/dev/null || true
  [ -n "${kept:-}" ] || "$cluster" down
}
trap cleanup EXIT
if [ -f "$MLAAS_KUBE_STATE/kubeconfig" ]; then kept=yes; else "$cluster" up; fi
export KUBECONFIG=$MLAAS_KUBE_STATE/kubeconfig

image() { # NAME: gives the node the image, prints its reference by digest
  local name archive
  name=$("$engine" images --format '{{.Repository}}:{{.Tag}}' | grep -m1 "mlaas/$1:")
  archive=$(mktemp)
  rm -f "$archive"
  "$engine" save -o "$archive" "$name" >/dev/null
  "$cluster" load "$archive" >/dev/null
  rm -f "$archive"
  "$cluster" by_digest "$name"
}
agent=$(image training-service)
trainer=$(image trainer)
printf 'agent   %s\ntrainer %s\n' "$agent" "$trainer"

kubectl apply -f "$home/deploy/helm/mlaas/crds" >/dev/null
kubectl create namespace $namespace >/dev/null 2>&1 || true
kubectl label --overwrite namespace $namespace pod-security.kubernetes.io/enforce=restricted >/dev/null

ports=()
for name in gateway postgres kafka kafka-controller mqtt s3 evm keycloak keycloak-management blockchain training translation \
  online-learning online-learning-grpc monitoring prometheus; do ports+=(--port "$name=0"); done
# what does not take part is left out
"$home/mlaas" up --detach "${ports[@]}" --port "model-sharing=$registry" --without mqtt,online-learning,monitoring,translation,prometheus \
  --set training.MLAAS_TRAINING_KUBERNETES_ENABLED=true \
  --set "training.MLAAS_TRAINING_KUBERNETES_KUBECONFIG=$KUBECONFIG" \
  --set training.MLAAS_TRAINING_KUBERNETES_NAMESPACE=$namespace \
  --set "training.MLAAS_TRAINING_KUBERNETES_AGENTIMAGE=$agent" \
  --set "training.MLAAS_TRAINING_KUBERNETES_REGISTRYURL=http://10.89.0.1:$registry" \
  --set training.MLAAS_TRAINING_KUBERNETES_EGRESS_0_CIDR=10.89.0.1/32 \
  --set "training.MLAAS_TRAINING_KUBERNETES_IMAGES_ALLOWED_0=${trainer%/*}" | tail -n 2
"$cluster" expose "$registry"

gateway=$("$home/mlaas" status | sed -n 's#^gateway .*\(http://[^ ]*\).*#\1#p')
token() { "$home/mlaas" token acme-scientist; }
answer() { python3 -c 'import json,sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

dataset=$(curl -sS -H "Authorization: Bearer $(token)" "$gateway/dataset" --form dataset=@"$home/demo/digits/digits.csv" \
  --form "metadata={\"organization_id\": \"$acme\", \"samples_dimension\": \"(1,8,8)\"}" | answer dataset_id)
model=$(curl -sS -H "Authorization: Bearer $(token)" "$gateway/model" --form model=@"$home/demo/digits/network.json" \
  --form "train_image=$trainer" --form "metadata={\"model_params\": {\"organization_id\": \"$acme\", \"params\": {\"epochs\": 5, \"seed\": 1},
   \"resources\": {\"cpu\": \"1\", \"memory\": \"1Gi\"}}, \"data_params\": {\"dataset_id\": \"$dataset\"}}" | answer model_id)
printf 'dataset %s\nmodel   %s\n' "$dataset" "$model"

last=''
while :; do
  job=$(curl -sS -H "Authorization: Bearer $(token)" "$gateway/train/$model")
  state=$(answer state <<<"$job")
  [ "$state" = "$last" ] || printf '%s  %s\n' "$(date +%T)" "$state"
  last=$state
  case $state in SUCCEEDED) break ;; FAILED | CANCELLED) echo "$job"; kubectl -n $namespace get pods,jobs,events; exit 1 ;; esac
  sleep 1
done
kubectl -n $namespace get trainingjobs,jobs,pods
curl -sS -H "Authorization: Bearer $(token)" "$gateway/train/$model/logs" | tail -n 12
until curl -sS -H "Authorization: Bearer $(token)" "$gateway/model/$model/status" | grep -q TRAINED; do sleep 0.5; done
curl -sS -H "Authorization: Bearer $(token)" "$gateway/model/$model" -o "$MLAAS_KUBE_STATE/model.pt"
"$home/mlaas" verify "$MLAAS_KUBE_STATE/model.pt" --asset "$model" | tail -n 1
