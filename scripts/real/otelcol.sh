#!/usr/bin/env bash
# Builds a small OpenTelemetry Collector (its own OTLP receiver; prints each request) into the folder given; needs Go. About three
# minutes the first time.
#   scripts/real/otelcol.sh DIR
#   FARMHAND_OTELCOL=DIR/otelcol npm run test:int -- test/conformance/otlp
set -euo pipefail
to=$(mkdir -p "${1:?folder to build into}" && cd "$1" && pwd)
cd "$(dirname "$0")/otelcol"
GOFLAGS=-mod=mod nice go build -o "$to/otelcol" .
echo "$to/otelcol"
