#!/usr/bin/env bash
# Alertmanager 0.35.0 (its own API package), Go 1.25 or newer: the filter of silences compares text, not what they silence.
#
# Guess: GET /api/v2/silences?filter=service="checkout" lists the silences that hold alerts of checkout back, as the
#        same filter on /api/v2/alerts lists the alerts of checkout.
# Seen:  it lists the silences that have exactly this matcher: name, operator and value letter by letter. A silence with
#        service=~"check.*" or service=~"checkout|cart" is not in the list although it silences checkout, and
#        service!="checkout" finds the silence that spares checkout. Whether something is silenced can only be told by
#        listing all of them and matching oneself, or by the status of its alerts.
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
	"net/url"
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
	for _, silence := range []struct{ matcher, comment string }{
		{`{"name":"service","value":"checkout","isRegex":false}`, "is"},
		{`{"name":"service","value":"checkout","isRegex":false,"isEqual":false},{"name":"team","value":"shop","isRegex":false}`, "is-not"},
		{`{"name":"service","value":"check.*","isRegex":true}`, "begins"},
		{`{"name":"service","value":"checkout|cart","isRegex":true}`, "one-of"},
	} {
		span := fmt.Sprintf(`"startsAt":%q,"endsAt":%q`, time.Now().Format(time.RFC3339), time.Now().Add(time.Hour).Format(time.RFC3339))
		code, text := ask(handler, "POST", "/api/v2/silences", `{"matchers":[`+silence.matcher+`],`+span+`,"createdBy":"somebody","comment":"`+silence.comment+`"}`)
		if code != 200 {
			panic(text)
		}
	}
	failed := false
	for _, row := range []struct{ filter, want string }{
		{`service="checkout"`, "is"},
		{`service=~"check.*"`, "begins"},
		{`service=~"checkou."`, ""},
		{`service!="checkout"`, "is-not"},
	} {
		_, text := ask(handler, "GET", "/api/v2/silences?filter="+url.QueryEscape(row.filter), "")
		var seen []string
		for _, comment := range []string{"is", "is-not", "begins", "one-of"} {
			if strings.Contains(text, `"comment":"`+comment+`"`) {
				seen = append(seen, comment)
			}
		}
		fmt.Printf("%-22s finds [%s] of is, is-not, begins, one-of\n", row.filter, strings.Join(seen, " "))
		failed = failed || strings.Join(seen, " ") != row.want
	}
	if failed {
		os.Exit(1)
	}
}
GO
go mod tidy 2>/dev/null
go run .
echo 'As described.'
