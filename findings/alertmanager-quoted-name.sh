#!/usr/bin/env bash
# Alertmanager 0.35.0 (its own matcher package), Go 1.25 or newer: quoting the NAME of a label changes what its VALUE means.
#
# Guess: service=~"\bpay\b" and "service"=~"\bpay\b" are the same matcher; since 0.27 a name may be quoted, that is all.
# Seen:  with the plain name the value keeps its backslashes, and pay matches. With the quoted name the value is read as
#        a Go string: \b is a backspace, so the matcher is taken without an error and matches nothing; \d is refused;
#        \u65e5 becomes a character. Who quotes one name while migrating has to double every backslash of its value.
#        The default mode is meant to fall back to the older reading, but that one knows no quoted names.
# Date:  2026-11-28
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
export GOFLAGS=-mod=mod GOPATH="$dir/go" GOCACHE="$dir/cache"
cd "$dir"
cat >go.mod <<'MOD'
module finding

go 1.25

require github.com/prometheus/alertmanager v0.35.0
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"
	"log/slog"
	"os"

	"github.com/prometheus/alertmanager/featurecontrol"
	"github.com/prometheus/alertmanager/matcher/compat"
)

func main() {
	compat.InitFromFlags(slog.New(slog.DiscardHandler), featurecontrol.NoopFlags{})
	failed := false
	for _, row := range []struct{ matcher, value, want string }{
		{`service=~"\bpay\b"`, "pay", "true"},
		{`"service"=~"\bpay\b"`, "pay", "false"},
		{`"service"=~"\\bpay\\b"`, "pay", "true"},
		{`service=~"\d+"`, "42", "true"},
		{`"service"=~"\d+"`, "42", "refused"},
	} {
		seen := "refused"
		if m, err := compat.Matcher(row.matcher, "finding"); err == nil {
			seen = fmt.Sprint(m.Matches(row.value))
		}
		fmt.Printf("%-26s on %-4s %s\n", row.matcher, row.value, seen)
		failed = failed || seen != row.want
	}
	if failed {
		os.Exit(1)
	}
}
GO
go mod tidy 2>/dev/null
go run .
echo 'As described.'
