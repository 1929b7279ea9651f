#!/usr/bin/env bash
# Gives waiting volume claims a directory of the node, as a storage class of a cloud would give them a disk.
set -uo pipefail
kubectl=$1 config=$2 volumes=$3

k() { "$kubectl" --kubeconfig "$config" "$@"; }

k apply -f - <<EOF
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: node-directory, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: mlaas.io/node-directory
volumeBindingMode: Immediate
reclaimPolicy: Delete
EOF

provide() { # NAMESPACE NAME UID SIZE MODE
  mkdir -p "$volumes/$3"
  chmod 0777 "$volumes/$3"
  k apply -f - <<EOF
apiVersion: v1
kind: PersistentVolume
metadata: {name: pvc-$3, labels: {mlaas.io/provider: node-directory}}
spec:
  capacity: {storage: $4}
  accessModes: [$5]
  storageClassName: node-directory
  persistentVolumeReclaimPolicy: Retain
  claimRef: {namespace: $1, name: $2, uid: $3}
  hostPath: {path: $volumes/$3, type: Directory}
EOF
}

while true; do
  k get pvc -A --no-headers -o custom-columns='P:.status.phase,C:.spec.storageClassName,N:.metadata.namespace,M:.metadata.name,U:.metadata.uid,S:.spec.resources.requests.storage,A:.spec.accessModes[0]' 2>/dev/null \
    | while read -r phase class namespace name uid size mode; do
        if [ "$phase" = Pending ] && [ "$class" = node-directory ]; then provide "$namespace" "$name" "$uid" "$size" "$mode"; fi
      done
  k get pv --no-headers -l mlaas.io/provider=node-directory -o custom-columns='P:.status.phase,N:.metadata.name' 2>/dev/null \
    | while read -r phase name; do
        if [ "$phase" = Released ]; then k delete pv "$name" --wait=false; rm -rf "${volumes:?}/${name#pvc-}"; fi
      done
  sleep 0.5
done
