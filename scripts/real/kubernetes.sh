#!/usr/bin/env bash
# A real Kubernetes control plane for the conformance suite, on 127.0.0.1 only: etcd (Debian's package), kube-apiserver
# and kube-controller-manager (built from their Go modules; some minutes, once). There is no kubelet: pods are made, and
# the suite says that they are ready.
#
#   scripts/real/kubernetes.sh build [FOLDER]   fetches and builds what is missing
#   scripts/real/kubernetes.sh start [FOLDER]   builds, starts, waits until it is ready, prints KUBECONFIG=…
#   scripts/real/kubernetes.sh stop  [FOLDER]   ends what start started
#
# FOLDER is .cache/kubernetes by default. KUBERNETES_VERSION: 1.37.2 by default.
set -euo pipefail

version=${KUBERNETES_VERSION:-1.37.2}
do=${1:-start}
folder=${2:-$(dirname "$0")/../../.cache/kubernetes}
mkdir -p "$folder"
cd "$folder"
folder=$PWD
started=$folder/started

# The modules that Kubernetes is made of have no version inside of its own; outside they are published as v0.x.y.
build_part() {
  local name=$1 command=$2 source part
  [ -x "bin/$name" ] && return
  echo "building $name $version" >&2
  source=$(go mod download -json "k8s.io/kubernetes@v$version" | python3 -c 'import json, sys; print(json.load(sys.stdin)["Dir"])')
  rm -rf build
  part=$folder/build
  mkdir "$part"
  python3 - "$source/go.mod" "$version" >"$part/go.mod" <<'PY'
import re, sys
text, version = open(sys.argv[1]).read(), sys.argv[2]
own = "v0." + version.split(".", 1)[1]
text = re.sub(r"^module .*$", "module farmhand.local/part", text, flags=re.M)
text = re.sub(r"^replace \([^)]*\)\n?|^replace .*$", "", text, flags=re.M)
print(text)
print(f"require k8s.io/kubernetes v{version}")
for name in sorted(set(re.findall(r"^\t(k8s\.io/[a-z0-9-]+) v0\.0\.0(?=\s)", text, flags=re.M))):
    print(f"replace {name} => {name} {own}")
PY
  cat >"$part/main.go" <<GO
package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/$name/app"
)

func main() { os.Exit(cli.Run(app.$command())) }
GO
  mkdir -p bin
  (cd "$part" && GOFLAGS=-mod=mod go build -o "$folder/bin/$name" .)
  rm -rf "$part"
}

build() {
  build_part kube-apiserver NewAPIServerCommand
  build_part kube-controller-manager NewControllerManagerCommand
  command -v etcd >/dev/null && return
  [ -x etcd/usr/bin/etcd ] && return
  mkdir -p etcd
  (cd etcd && apt-get download etcd-server >/dev/null && dpkg -x etcd-server_*.deb . && rm etcd-server_*.deb)
}

# The API server before its etcd, which it would wait for.
stop() {
  [ -f "$started" ] || return 0
  tac "$started" | while read -r pid; do
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || continue 2; sleep 0.1; done
    kill -9 "$pid" 2>/dev/null || true
  done
  rm -f "$started"
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

run() {
  local log=$1
  shift
  nohup "$@" >"$log" 2>&1 </dev/null &
  echo $! >>"$started"
}

start() {
  build
  stop
  local etcd store peers port token
  etcd=$(command -v etcd || echo "$folder/etcd/usr/bin/etcd")
  store=$(free_port) peers=$(free_port) port=$(free_port)
  token=$(python3 -c 'import secrets; print(secrets.token_hex(16))')
  rm -rf data certs
  [ -f key.pub ] || { openssl genrsa -out key 2048 2>/dev/null && openssl rsa -in key -pubout -out key.pub 2>/dev/null; }
  printf '%s,admin,1,system:masters\n' "$token" >tokens
  chmod 600 tokens key
  run etcd.log "$etcd" --data-dir data --listen-client-urls "http://127.0.0.1:$store" \
    --advertise-client-urls "http://127.0.0.1:$store" --listen-peer-urls "http://127.0.0.1:$peers"
  run apiserver.log bin/kube-apiserver --etcd-servers="http://127.0.0.1:$store" --bind-address=127.0.0.1 \
    --secure-port="$port" --cert-dir=certs --token-auth-file=tokens --authorization-mode=RBAC \
    --service-account-issuer=https://kubernetes --service-account-key-file=key.pub \
    --service-account-signing-key-file=key --service-cluster-ip-range=10.0.0.0/24 \
    --disable-admission-plugins=ServiceAccount --endpoint-reconciler-type=none
  cat >kubeconfig <<YAML
apiVersion: v1
kind: Config
current-context: real
clusters:
  - name: real
    cluster: { server: 'https://127.0.0.1:$port', insecure-skip-tls-verify: true }
users:
  - name: admin
    user: { token: $token }
contexts:
  - name: real
    context: { cluster: real, user: admin }
YAML
  chmod 600 kubeconfig
  for _ in $(seq 600); do
    if curl -fsk -H "authorization: Bearer $token" "https://127.0.0.1:$port/readyz" >/dev/null 2>&1; then
      run controllers.log bin/kube-controller-manager --kubeconfig=kubeconfig --leader-elect=false --secure-port=0 \
        --controllers=statefulset-controller,garbage-collector-controller,namespace-controller,disruption-controller
      echo "KUBECONFIG=$folder/kubeconfig"
      return
    fi
    sleep 0.2
  done
  echo "kube-apiserver is not ready after two minutes; see $folder/apiserver.log" >&2
  stop
  exit 1
}

case $do in
build) build ;;
start) start ;;
stop) stop ;;
*)
  echo "usage: $0 build|start|stop [FOLDER]" >&2
  exit 2
  ;;
esac
