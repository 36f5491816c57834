#!/usr/bin/env bash
# Builds an Alertmanager from its Go module into the folder given; needs Go. About two minutes the first time.
#   scripts/real/alertmanager.sh DIR [0.35.0]
#   FARMHAND_ALERTMANAGER=DIR/alertmanager-0.35 npm run test:int -- test/conformance/alertmanager
set -euo pipefail
to=$(mkdir -p "${1:?folder to build into}" && cd "$1" && pwd)
version=${2:-0.35.0}
module="github.com/prometheus/alertmanager@v$version"
source=$(GOFLAGS=-mod=mod go mod download -json "$module" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cp -r "$source" "$work/alertmanager" && chmod -R u+w "$work/alertmanager"
# Its web page is built apart and is not part of the module; an empty one takes its place.
mkdir -p "$work/alertmanager/ui/app/dist" && echo '<p></p>' >"$work/alertmanager/ui/app/dist/index.html"
(cd "$work/alertmanager" && go build -ldflags "-X github.com/prometheus/common/version.Version=$version" -o "$to/alertmanager-${version%.*}" ./cmd/alertmanager)
echo "$to/alertmanager-${version%.*}"
