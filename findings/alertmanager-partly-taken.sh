#!/usr/bin/env bash
# Alertmanager 0.35.0 (its own API package), Go 1.25 or newer: an answer of 400 may have taken alerts in.
#
# Guess: POST /api/v2/alerts takes all of a body or, with 400, nothing of it; who gets 400 mends the body and sends it again,
#        or counts all of it as lost.
# Seen:  the good alerts of the body are taken and will notify; 400 is said for the others, and names neither which they
#        are nor how many were taken. A sender that reports a refusal, or raises the same alerts elsewhere, is wrong.
# Date:  2026-11-29
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
export GOFLAGS=-mod=mod GOPATH="$dir/go" GOCACHE="$dir/cache"
mkdir "$dir/finding"
cd "$dir/finding"
cat >go.mod <<'MOD'
module finding

go 1.25

require github.com/prometheus/alertmanager v0.35.0
MOD
cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	apiv2 "github.com/prometheus/alertmanager/api/v2"
	"github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/eventrecorder"
	"github.com/prometheus/alertmanager/featurecontrol"
	"github.com/prometheus/alertmanager/labelset"
	"github.com/prometheus/alertmanager/provider/mem"
	"github.com/prometheus/alertmanager/silence"
	"github.com/prometheus/client_golang/prometheus"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// The API as Alertmanager serves it, with nothing behind it but its own stores in memory.
func open() http.Handler {
	quiet, metrics, recorder := slog.New(slog.DiscardHandler), prometheus.NewRegistry(), eventrecorder.NopRecorder()
	silences := must(silence.New(silence.Options{Retention: time.Hour, Logger: quiet, Metrics: metrics, EventRecorder: recorder}))
	alerts := must(mem.NewAlerts(context.Background(), time.Hour, 0, nil, quiet, recorder, metrics, featurecontrol.NoopFlags{}))
	api := must(apiv2.NewAPI(alerts, nil, silences, nil, quiet, metrics))
	api.Update(must(config.Load("route: {receiver: none}\nreceivers: [{name: none}]")), func(context.Context, labelset.LabelSet) {})
	return api.Handler
}

func ask(handler http.Handler, method, path, body string) (int, string) {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	return answer.Code, answer.Body.String()
}

func main() {
	handler := open()
	code, said := ask(handler, "POST", "/api/v2/alerts", `[
		{"labels":{"alertname":"Good"}},
		{"labels":{}},
		{"labels":{"alertname":"Backwards"},"startsAt":"2026-11-29T02:00:00Z","endsAt":"2026-11-29T01:00:00Z"}
	]`)
	_, kept := ask(handler, "GET", "/api/v2/alerts", "")
	good, bad := strings.Contains(kept, `"alertname":"Good"`), strings.Contains(kept, `"alertname":"Backwards"`)
	fmt.Printf("answer  %d %s", code, said)
	fmt.Printf("kept    Good: %v, Backwards: %v\n", good, bad)
	if code != 400 || !good || bad || strings.Contains(said, "Good") || strings.Contains(said, "Backwards") {
		os.Exit(1)
	}
}
GO
go mod tidy 2>/dev/null
go run .
echo 'As described.'
