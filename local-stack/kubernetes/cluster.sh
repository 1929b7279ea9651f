#!/usr/bin/env bash
# A real Kubernetes of one node for tests, made of packages only: Go modules (Kubernetes, etcd, CoreDNS) and Debian's
# containerd, runc and CNI plugins. It lives in a network namespace of its own: nothing outside the machine can reach it, and
# nothing of the machine's network is changed.
set -euo pipefail

KUBERNETES=1.34.4
ETCD=3.6.4
COREDNS=1.12.4
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${MLAAS_KUBE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mlaas/kubernetes-$KUBERNETES}
state=${MLAAS_KUBE_STATE:-$(cd "$here/../.." && pwd)/.mlaas/kubernetes}
namespace=mlaas-kube-$(printf %s "$state" | cksum | cut -d' ' -f1)
gateway=10.89.0.1
pods=10.89.0.0/24
services=10.96.0.0/16
dns=10.96.0.10
node=node-1

usage() {
  cat <<EOF
usage: cluster.sh COMMAND
  build            compile the parts that are not in the cache yet (minutes, once)
  up               start the cluster; prints the path of its kubeconfig
  load TAR         give the node an image: an archive of docker save or podman save
  rootfs TAR NAME [ENTRYPOINT…]
                   give the node an image made of a plain file system archive; prints its reference by digest
  shell            give the node the images that the tests run (busybox); prints one's reference by digest
  by_digest NAME   name an image of the node by its digest, and print that
  expose PORT      let pods reach 127.0.0.1:PORT of this machine as $gateway:PORT
  exec COMMAND…    run something in the cluster's network
  status           what runs
  down             stop everything and remove its state

It needs root, Linux, a Go compiler, openssl, iproute2, socat, and Debian's packages containerd, runc,
containernetworking-plugins, iptables and conntrack.
  MLAAS_KUBE_CACHE  compiled parts      (now: $cache)
  MLAAS_KUBE_STATE  the cluster's state (now: $state)
EOF
}

fail() { printf 'cluster.sh: %s\n' "$1" >&2; exit 1; }
need() { command -v "$1" >/dev/null 2>&1 || fail "$1 is missing (expected: $2)"; }
inside() { nsenter --net="/run/netns/$namespace" "$@"; }

# --- build ---------------------------------------------------------------------------------------------------------------

# Kubernetes names its own libraries by folders of its repository; as modules they have the version v0.MINOR.PATCH.
kubernetes_module() {
  local folder
  folder=$(GOFLAGS=-mod=mod go mod download -json "k8s.io/kubernetes@v$KUBERNETES" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
  sed -e 's#^module .*#module mlaas.io/kubernetes#' \
    -e "s#=> ./staging/src/\(.*\)#=> \1 v0.${KUBERNETES#*.}#" "$folder/go.mod" >go.mod
  go mod edit -require="k8s.io/kubernetes@v$KUBERNETES"
}

compile() { # NAME PACKAGE
  [ -x "$cache/bin/$1" ] && return
  local version=k8s.io/component-base/version
  printf 'compiling %s\n' "$1" >&2
  CGO_ENABLED=0 go build -mod=mod -trimpath -o "$cache/bin/$1.part" \
    -ldflags "-s -w -X $version.gitVersion=v$KUBERNETES -X $version.gitMajor=${KUBERNETES%%.*} -X $version.gitMinor=$(echo $KUBERNETES | cut -d. -f2)" \
    "$2"
  mv "$cache/bin/$1.part" "$cache/bin/$1"
}

build() {
  need go 'a Go compiler, 1.24 or later'
  mkdir -p "$cache/bin" "$cache/kubernetes" "$cache/etcd" "$cache/coredns" "$cache/pause"
  (
    cd "$cache/kubernetes"
    [ -f go.mod ] || kubernetes_module
    for part in kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy; do
      compile $part "k8s.io/kubernetes/cmd/$part"
    done
  )
  (
    cd "$cache/etcd"
    [ -f go.mod ] || { printf 'module mlaas.io/etcd\n\ngo 1.24.0\n' >go.mod; go get "go.etcd.io/etcd/server/v3@v$ETCD"; }
    compile etcd go.etcd.io/etcd/server/v3
  )
  (
    cd "$cache/coredns"
    [ -f go.mod ] || { printf 'module mlaas.io/coredns\n\ngo 1.24.0\n' >go.mod; go get "github.com/coredns/coredns@v$COREDNS"; }
    compile coredns github.com/coredns/coredns
  )
  (
    cd "$cache/pause"
    cp "$here/pause.go" .
    [ -f go.mod ] || printf 'module mlaas.io/pause\n\ngo 1.24.0\n' >go.mod
    compile pause .
  )
}

# --- keys ----------------------------------------------------------------------------------------------------------------

certificate() { # NAME SUBJECT [SUBJECT-ALTERNATIVE-NAMES]
  openssl req -newkey rsa:2048 -nodes -keyout "$state/pki/$1.key" -subj "$2" -out "$state/pki/$1.csr" 2>/dev/null
  openssl x509 -req -in "$state/pki/$1.csr" -CA "$state/pki/ca.crt" -CAkey "$state/pki/ca.key" -CAcreateserial -days 30 \
    -extfile <(printf 'extendedKeyUsage=serverAuth,clientAuth\n'; [ -z "${3:-}" ] || printf 'subjectAltName=%s\n' "$3") \
    -out "$state/pki/$1.crt" 2>/dev/null
}

kubeconfig() { # NAME SERVER
  cat >"$state/$1.kubeconfig" <<EOF
apiVersion: v1
kind: Config
clusters: [{name: mlaas, cluster: {server: "$2", certificate-authority-data: $(base64 -w0 <"$state/pki/ca.crt")}}]
users: [{name: $1, user: {client-certificate-data: $(base64 -w0 <"$state/pki/$1.crt"), client-key-data: $(base64 -w0 <"$state/pki/$1.key")}}]
contexts: [{name: mlaas, context: {cluster: mlaas, user: $1}}]
current-context: mlaas
EOF
  chmod 600 "$state/$1.kubeconfig"
}

keys() {
  mkdir -p "$state/pki"
  chmod 700 "$state/pki"
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$state/pki/ca.key" -out "$state/pki/ca.crt" -days 30 \
    -subj /CN=mlaas-test-ca 2>/dev/null
  openssl genrsa -out "$state/pki/accounts.key" 2048 2>/dev/null
  openssl rsa -in "$state/pki/accounts.key" -pubout -out "$state/pki/accounts.pub" 2>/dev/null
  certificate apiserver /CN=kube-apiserver \
    "IP:127.0.0.1,IP:$gateway,IP:10.96.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local"
  certificate admin /O=system:masters/CN=admin
  certificate controllers /CN=system:kube-controller-manager
  certificate scheduler /CN=system:kube-scheduler
  certificate proxy /CN=system:kube-proxy
  certificate kubelet "/O=system:nodes/CN=system:node:$node" "IP:$gateway,DNS:$node"
}

# --- run -----------------------------------------------------------------------------------------------------------------

launch() { # NAME COMMAND…
  local name=$1
  shift
  setsid "$@" >>"$state/logs/$name.log" 2>&1 </dev/null &
  echo $! >"$state/run/$name.pid"
}

within() { # NAME COMMAND…: the same, in the cluster's network
  local name=$1
  shift
  launch "$name" nsenter --net="/run/netns/$namespace" "$@"
}

until_true() { # SECONDS WHAT COMMAND…
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || fail "$what is not there (its log: $state/logs)"
    sleep 0.3
  done
}

free_port() {
  local port
  while port=$((20000 + RANDOM % 20000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo $port
}

network() {
  ip netns add "$namespace"
  inside ip link set lo up
  inside ip link add mlaas0 type bridge
  inside ip addr add "$gateway/24" dev mlaas0
  inside ip link set mlaas0 up
  inside ip route add default via "$gateway"
  inside sysctl -qw net.ipv4.ip_forward=1
  mkdir -p "$state/cni"
  cat >"$state/cni/10-mlaas.conflist" <<EOF
{"cniVersion": "0.4.0", "name": "mlaas", "plugins": [
  {"type": "bridge", "bridge": "mlaas0", "isGateway": true, "hairpinMode": true, "promiscMode": false,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "$pods"}]], "routes": [{"dst": "0.0.0.0/0"}], "dataDir": "$state/ipam"}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
EOF
}

control_plane() {
  within etcd "$cache/bin/etcd" --data-dir "$state/etcd" --listen-client-urls http://127.0.0.1:2379 \
    --advertise-client-urls http://127.0.0.1:2379 --listen-peer-urls http://127.0.0.1:2380 --log-level warn \
    --unsafe-no-fsync
  within kube-apiserver "$cache/bin/kube-apiserver" --etcd-servers=http://127.0.0.1:2379 \
    --bind-address=0.0.0.0 --advertise-address="$gateway" --secure-port=6443 --service-cluster-ip-range="$services" \
    --client-ca-file="$state/pki/ca.crt" --tls-cert-file="$state/pki/apiserver.crt" \
    --tls-private-key-file="$state/pki/apiserver.key" --service-account-issuer=https://kubernetes.default.svc \
    --service-account-key-file="$state/pki/accounts.pub" --service-account-signing-key-file="$state/pki/accounts.key" \
    --kubelet-preferred-address-types=InternalIP \
    --kubelet-client-certificate="$state/pki/admin.crt" --kubelet-client-key="$state/pki/admin.key" \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction,PodSecurity --allow-privileged=false
  until_true 60 'the API server' "$cache/bin/ready"
  within kube-controller-manager "$cache/bin/kube-controller-manager" --kubeconfig="$state/controllers.kubeconfig" \
    --service-account-private-key-file="$state/pki/accounts.key" --root-ca-file="$state/pki/ca.crt" \
    --use-service-account-credentials --leader-elect=false --bind-address=127.0.0.1 \
    --node-monitor-period=2s --node-monitor-grace-period=12s --terminated-pod-gc-threshold=50
  within kube-scheduler "$cache/bin/kube-scheduler" --kubeconfig="$state/scheduler.kubeconfig" --leader-elect=false \
    --bind-address=127.0.0.1
}

ready_probe() { # a program that says whether the API server is ready: curl through the cluster's network
  cat >"$cache/bin/ready" <<EOF
#!/bin/sh
exec nsenter --net=/run/netns/$namespace curl -sf --cacert "$state/pki/ca.crt" https://127.0.0.1:6443/readyz
EOF
  chmod +x "$cache/bin/ready"
}

container_runtime() {
  mkdir -p "$state/containerd"
  cat >"$state/containerd.toml" <<EOF
version = 2
root = "$state/containerd/root"
state = "$state/containerd/state"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.aufs"]
[grpc]
  address = "$state/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "mlaas.test/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${MLAAS_CNI_BIN:-/usr/lib/cni}"
    conf_dir = "$state/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
EOF
  within containerd containerd --config "$state/containerd.toml"
  until_true 30 containerd ctr -a "$state/containerd.sock" version
  tar -C "$cache/bin" -cf "$state/pause.tar" pause
  rootfs "$state/pause.tar" mlaas.test/pause:1 /pause >/dev/null
}

kubelet() {
  cat >"$state/kubelet.yaml" <<EOF
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: 0.0.0.0
authentication: {x509: {clientCAFile: $state/pki/ca.crt}, webhook: {enabled: true}, anonymous: {enabled: false}}
authorization: {mode: Webhook}
tlsCertFile: $state/pki/kubelet.crt
tlsPrivateKeyFile: $state/pki/kubelet.key
containerRuntimeEndpoint: unix://$state/containerd.sock
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
oomScoreAdj: 0
enforceNodeAllocatable: []
clusterDNS: [$dns]
clusterDomain: cluster.local
resolvConf: ""
podLogsDir: $state/pod-logs
evictionHard: {memory.available: 200Mi, nodefs.available: 1%, imagefs.available: 1%, nodefs.inodesFree: 1%}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
nodeStatusUpdateFrequency: 3s
syncFrequency: 10s
maxPods: 60
EOF
  within kubelet "$cache/bin/kubelet" --config="$state/kubelet.yaml" --kubeconfig="$state/kubelet.kubeconfig" \
    --root-dir="$state/kubelet" --hostname-override="$node" --node-ip="$gateway" --v=1
}

services_and_names() {
  within kube-proxy "$cache/bin/kube-proxy" --kubeconfig="$state/proxy.kubeconfig" --hostname-override="$node" \
    --cluster-cidr="$pods" --proxy-mode=iptables --conntrack-max-per-core=0 --conntrack-tcp-timeout-established=0 \
    --conntrack-tcp-timeout-close-wait=0 --metrics-bind-address=127.0.0.1:10249
  cat >"$state/Corefile" <<EOF
.:53 {
  bind $gateway
  kubernetes cluster.local {
    kubeconfig $state/admin.kubeconfig mlaas
  }
  errors
}
EOF
  within coredns "$cache/bin/coredns" -conf "$state/Corefile"
  "$kubectl" --kubeconfig "$state/kubeconfig" apply -f - >/dev/null <<EOF
apiVersion: v1
kind: Service
metadata: {name: kube-dns, namespace: kube-system}
spec:
  clusterIP: $dns
  ports: [{name: dns, port: 53, protocol: UDP}, {name: dns-tcp, port: 53, protocol: TCP}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: kube-dns, namespace: kube-system, labels: {kubernetes.io/service-name: kube-dns}}
addressType: IPv4
endpoints: [{addresses: [$gateway]}]
ports: [{name: dns, port: 53, protocol: UDP}, {name: dns-tcp, port: 53, protocol: TCP}]
EOF
}

storage() {
  cp "$here/hostpath.sh" "$state/hostpath.sh"
  within storage bash "$state/hostpath.sh" "$kubectl" "$state/admin.kubeconfig" "$state/volumes"
}

up() {
  [ "$(id -u)" = 0 ] || fail 'this needs root'
  for tool in containerd ctr runc openssl ip nsenter socat iptables conntrack curl; do need $tool "the packages that cluster.sh --help names"; done
  kubectl=$(command -v kubectl) || fail 'kubectl is missing (expected: the package kubernetes-client)'
  [ ! -e "$state" ] || fail "$state is there already (cluster.sh down removes it)"
  build
  mkdir -p "$state/logs" "$state/run" "$state/volumes"
  trap '[ $? = 0 ] || printf "cluster.sh: the start failed, its logs are in %s\n" "$state/logs" >&2' EXIT
  network
  keys
  for user in controllers scheduler proxy kubelet; do kubeconfig $user https://127.0.0.1:6443; done
  kubeconfig admin https://127.0.0.1:6443
  ready_probe
  control_plane
  # the door from this machine: a loopback port here, a socket file between the two networks
  local port
  port=$(free_port)
  within door-inside socat "UNIX-LISTEN:$state/api.sock,fork,mode=600" TCP:127.0.0.1:6443
  launch door-outside socat "TCP-LISTEN:$port,bind=127.0.0.1,fork,reuseaddr" "UNIX-CONNECT:$state/api.sock"
  sed "s#https://127.0.0.1:6443#https://127.0.0.1:$port#" "$state/admin.kubeconfig" >"$state/kubeconfig"
  chmod 600 "$state/kubeconfig"
  container_runtime
  kubelet
  until_true 90 'the node' "$kubectl" --kubeconfig "$state/kubeconfig" wait --for=condition=Ready "node/$node" --timeout=5s
  services_and_names
  storage
  until_true 60 'the default account' "$kubectl" --kubeconfig "$state/kubeconfig" get serviceaccount default
  printf '%s\n' "$state/kubeconfig"
}

# --- images --------------------------------------------------------------------------------------------------------------

load() { # ARCHIVE
  [ -f "$1" ] || fail "$1: no such file (expected: an archive of docker save or podman save)"
  ctr -a "$state/containerd.sock" -n k8s.io images import "$1"
}

# An image of one layer, as docker save would write it; prints its reference by digest.
rootfs() { # TAR NAME [ENTRYPOINT…]
  local work layer config tar=$1 name=$2 entrypoint='' digest
  shift 2
  for word in "$@"; do entrypoint+="${entrypoint:+,}\"${word//\"/\\\"}\""; done
  work=$(mktemp -d)
  cp "$tar" "$work/layer.tar"
  layer=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
  config='{"architecture":"amd64","os":"linux","config":{"Entrypoint":['$entrypoint'],"Env":["PATH=/usr/local/bin:/usr/bin:/bin"]}'
  config+=',"rootfs":{"type":"layers","diff_ids":["sha256:'$layer'"]}}'
  printf '%s' "$config" >"$work/config.json"
  printf '[{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]' "$name" >"$work/manifest.json"
  tar -C "$work" -cf "$work/image.tar" manifest.json config.json layer.tar
  load "$work/image.tar" >/dev/null
  rm -rf "$work"
  by_digest "$name"
}

# The node finds an image by digest only under a name that says so.
by_digest() { # NAME
  local digest
  digest=$(ctr -a "$state/containerd.sock" -n k8s.io images ls "name==$1" | awk 'NR == 2 { print $3 }')
  ctr -a "$state/containerd.sock" -n k8s.io images tag --force "$1" "${1%:*}@$digest" >/dev/null
  printf '%s@%s\n' "${1%:*}" "$digest"
}

# What the tests run on the node: a shell (mlaas.test/shell:1), and the same as an image that runs the program in its
# environment, whose reference by digest is printed.
shell() {
  need busybox 'the package busybox-static'
  local root applet
  root=$(mktemp -d)
  mkdir -p "$root/bin" "$root/tmp" "$root/mlaas"
  cp "$(command -v busybox)" "$root/bin/busybox"
  for applet in $(busybox --list); do [ "$applet" = busybox ] || ln -sf busybox "$root/bin/$applet"; done
  tar -C "$root" -cf "$state/shell.tar" .
  rm -rf "$root"
  rootfs "$state/shell.tar" mlaas.test/shell:1 >/dev/null
  rootfs "$state/shell.tar" mlaas.test/program:1 sh -c 'exec sh -c "$MLAAS_TEST_PROGRAM"'
}

expose() { # PORT
  end "expose-$1-inside"
  end "expose-$1-outside"
  rm -f "$state/expose-$1.sock"
  within "expose-$1-inside" socat "TCP-LISTEN:$1,bind=$gateway,fork,reuseaddr" "UNIX-CONNECT:$state/expose-$1.sock"
  launch "expose-$1-outside" socat "UNIX-LISTEN:$state/expose-$1.sock,fork,mode=600" "TCP:127.0.0.1:$1"
}

# --- end -----------------------------------------------------------------------------------------------------------------

end() { # NAME: its whole session
  local file=$state/run/$1.pid pid
  [ -f "$file" ] || return 0
  pid=$(cat "$file")
  pkill -TERM -s "$pid" 2>/dev/null || true
  for _ in $(seq 50); do pgrep -s "$pid" >/dev/null || break; sleep 0.1; done
  pkill -KILL -s "$pid" 2>/dev/null || true
  rm -f "$file"
}

down() {
  [ -d "$state" ] || { echo 'nothing runs'; return; }
  end storage
  end kubelet
  if [ -S "$state/containerd.sock" ]; then
    ctr -a "$state/containerd.sock" -n k8s.io tasks ls -q 2>/dev/null | while read -r task; do
      ctr -a "$state/containerd.sock" -n k8s.io tasks kill -s KILL "$task" 2>/dev/null || true
      ctr -a "$state/containerd.sock" -n k8s.io tasks delete -f "$task" >/dev/null 2>&1 || true
    done
  fi
  for file in "$state"/run/*.pid; do
    [ -e "$file" ] && end "$(basename "$file" .pid)"
  done
  # shims outlive their containerd; they name its socket
  pkill -KILL -f "containerd-shim-runc-v2.*$state/containerd.sock" 2>/dev/null || true
  awk '{print $2}' /proc/mounts | grep -F "$state/" | sort -r | xargs -r -n1 umount -l 2>/dev/null || true
  ip netns del "$namespace" 2>/dev/null || true
  rm -rf "$state"
}

status() {
  [ -d "$state/run" ] || { echo 'nothing runs'; return; }
  for file in "$state"/run/*.pid; do
    printf '%-28s %s\n' "$(basename "$file" .pid)" "$(pgrep -s "$(cat "$file")" >/dev/null && echo runs || echo ended)"
  done
  printf 'kubeconfig %s\n' "$state/kubeconfig"
}

case ${1:-} in
  build | up | down | status | shell) "$1" ;;
  load | rootfs | expose | by_digest) [ $# -ge 2 ] || { usage >&2; exit 2; }; "$@" ;;
  exec) shift; [ $# -ge 1 ] || { usage >&2; exit 2; }; inside "$@" ;;
  --help | -h | help) usage ;;
  *) usage >&2; exit 2 ;;
esac
