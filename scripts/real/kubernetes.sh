#!/usr/bin/env bash
# Builds what a real Kubernetes API is made of into the folder given: kube-apiserver and kube-controller-manager from their Go
# modules, with etcd from Debian's package beside them; and crds/, the types of others that farmhand's examples are of, each
# from the Go module of its program. Minutes, once: what is there stays. Needs Go and python3.
#   scripts/real/kubernetes.sh FOLDER [1.37.2]
set -euo pipefail
folder=$(mkdir -p "${1:?folder to build into}" && cd "$1" && pwd)
version=${2:-1.37.2}
export GOFLAGS=-mod=mod

source_of() { go mod download -json "$1" | python3 -c 'import json, sys; print(json.load(sys.stdin)["Dir"])'; }

# The modules that Kubernetes is made of have no version inside of its own; outside they are published as v0.x.y.
program() {
  local name=$1 command=$2 work
  [ -x "$folder/$name" ] && return
  echo "building $name $version"
  work=$(mktemp -d)
  python3 - "$(source_of "k8s.io/kubernetes@v$version")/go.mod" "$version" >"$work/go.mod" <<'PY'
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
  cat >"$work/main.go" <<GO
package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/$name/app"
)

func main() { os.Exit(cli.Run(app.$command())) }
GO
  (cd "$work" && go build -ldflags '-s -w' -o "$work/$name" . && mv "$work/$name" "$folder/$name")
  rm -rf "$work"
}

debian_etcd() {
  [ -x "$folder/etcd" ] && return
  local work
  work=$(mktemp -d)
  (
    cd "$work"
    # _apt cannot write here, and says so at length.
    apt-get download etcd-server >/dev/null 2>&1 || { apt-get update >/dev/null && apt-get download etcd-server >/dev/null 2>&1; }
    dpkg -x etcd-server_*.deb . && mv usr/bin/etcd "$folder/etcd"
  )
  rm -rf "$work"
}

crds() {
  local module=$1 source file
  shift
  for file in "$@"; do [ -f "$folder/crds/$(basename "$file")" ] || source=missing; done
  [ "${source:-}" = missing ] || return 0
  echo "fetching types of $module"
  source=$(source_of "$module")
  mkdir -p "$folder/crds"
  for file in "$@"; do install -m 644 "$source/$file" "$folder/crds/$(basename "$file")"; done
}

if command -v etcd >/dev/null; then ln -sf "$(command -v etcd)" "$folder/etcd"; else debian_etcd; fi
program kube-apiserver NewAPIServerCommand
program kube-controller-manager NewControllerManagerCommand
crds sigs.k8s.io/gateway-api@v1.6.3 config/crd/standard/gateway.networking.k8s.io_httproutes.yaml
crds github.com/prometheus-operator/prometheus-operator@v0.85.0 \
  example/prometheus-operator-crd/monitoring.coreos.com_{servicemonitors,prometheusrules}.yaml
crds github.com/external-secrets/external-secrets@v1.3.2 config/crds/bases/external-secrets.io_{externalsecrets,secretstores}.yaml
crds github.com/kedacore/keda/v2@v2.21.0 config/crd/bases/keda.sh_{scaledobjects,triggerauthentications}.yaml
crds github.com/argoproj/argo-cd/v3@v3.5.4 manifests/crds/{application,appproject}-crd.yaml
crds github.com/argoproj/argo-events@v1.9.7 manifests/base/crds/argoproj.io_{eventsources,sensors}.yaml
