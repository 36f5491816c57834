#!/usr/bin/env bash
# Builds the Kafka trigger of Argo Events from its Go module into the folder given, as a program that takes a Sensor and an event
# (argo-events-trigger.go). Needs Go. Some minutes, once.
#   scripts/real/argo-events.sh FOLDER [1.9.7]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
to=$(mkdir -p "${1:?folder to build into}" && cd "$1" && pwd)
version=${2:-1.9.7}
export GOFLAGS=-mod=mod
module="github.com/argoproj/argo-events@v$version"
source=$(go mod download -json "$module" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/argo-events-trigger.go" "$work/main.go"
# With the very versions of packages that Argo Events is built with.
sed -e 's|^module .*|module farmhand.local/part|' -e '/^retract/d' "$source/go.mod" >"$work/go.mod"
echo "require ${module/@/ }" >>"$work/go.mod"
(cd "$work" && go build -ldflags '-s -w' -o argo-events-trigger . && mv argo-events-trigger "$to/argo-events-trigger")
