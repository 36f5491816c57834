#!/usr/bin/env bash
# Helm 3.22.0 (its own chartutil package), Go 1.26 or newer: the first line of values.schema.json decides whether `format` is looked at.
#
# Guess: `format: ipv4` of a schema is either always held against the values or, as an annotation, never.
# Seen:  with "$schema" of draft-07 a wrong address is refused; with 2020-12, or without the line (then Helm reads the
#        schema as 2020-12), the same rule lets everything pass. Who brings a strict schema up to the newer draft, or
#        drops the line, drops a part of its checks, and neither lint nor template says so.
# Date:  2026-11-29
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
export GOFLAGS=-mod=mod GOPATH="$dir/go" GOCACHE="$dir/cache"
mkdir "$dir/finding"
cd "$dir/finding"
cat >go.mod <<'MOD'
module finding

go 1.26

require helm.sh/helm/v3 v3.22.0
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"helm.sh/helm/v3/pkg/chartutil"
)

func main() {
	failed := false
	for _, row := range []struct {
		name, line string
		refused    bool
	}{
		{"draft-07", `"$schema":"http://json-schema.org/draft-07/schema#",`, true},
		{"2020-12", `"$schema":"https://json-schema.org/draft/2020-12/schema",`, false},
		{"no line", ``, false},
	} {
		schema := `{` + row.line + `"type":"object","properties":{"address":{"type":"string","format":"ipv4"}}}`
		err := chartutil.ValidateAgainstSingleSchema(chartutil.Values{"address": "nowhere"}, []byte(schema))
		fmt.Printf("%-9s refused: %v\n", row.name, err != nil)
		failed = failed || (err != nil) != row.refused
	}
	if failed {
		os.Exit(1)
	}
}
GO
go mod tidy 2>/dev/null
go run .
echo 'As described.'
