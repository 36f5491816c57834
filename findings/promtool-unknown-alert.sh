#!/usr/bin/env bash
# promtool of Prometheus 2.42.0 (Debian 12's package): a unit test of rules passes although neither its alert nor its rules exist.
#
# Guess: `promtool test rules` fails where a case names an alert that no rule has, or no file with rules is found.
# Seen:  a case with `exp_alerts: []` and a misspelt `alertname` passes, with exit code 0; so does one whose
#        `rule_files` find nothing, after a warning. A case that shows when an alert stays silent shows nothing once the
#        alert is renamed; only one that expects it to fire notices.
# Date:  2026-11-29
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq "prometheus=2.42.0+ds-5+deb12u1" 2>warnings || { cat warnings >&2; exit 1; }
dpkg -x prometheus_*.deb .
promtool=$dir/usr/bin/promtool
cat >rules.yml <<'YAML'
groups:
  - name: node
    rules: [{ alert: NodeDown, expr: up == 0, for: 5m }]
YAML
see() { # the files with rules, the alert, what is expected of it
  cat >case.yml <<YAML
rule_files: [$1]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series: [{ series: 'up{job="node"}', values: 0x20 }]
    alert_rule_test: [{ eval_time: 10m, alertname: $2, exp_alerts: $3 }]
YAML
  code=0
  "$promtool" test rules case.yml >/dev/null 2>&1 || code=$?
  printf '%-9s %-9s expects %-22s exit code %s\n' "$1" "$2" "$3" "$code"
}
{
  see rules.yml NodeDown '[]'
  see rules.yml NodeDwon '[]'
  see none.yml NodeDown '[]'
  see none.yml NodeDown '[{exp_labels: {job: node}}]'
} | tee seen
[ "$(grep -o '[0-9]$' seen | tr -d '\n')" = 1001 ]
echo 'As described.'
