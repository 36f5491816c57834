#!/usr/bin/env bash
# re2js 2.10.0 beside Go 1.26's regexp (what Alertmanager reads matchers with): what Go takes, the port of it refuses.
#
# Guess: a port of Go's RE2 takes the expressions that Go takes.
# Seen:  two groups of the same name, and \p{Letter}, \p{greek}, \p{ASCII} (names in full, in any case, since Go 1.25),
#        are errors in re2js. Of 100,000 random pairs of an expression and a text, wherever both took the expression
#        they agreed on whether it matches. So a matcher that is checked with re2js may be refused although the
#        Alertmanager behind it takes it, and is not read otherwise. The other way about only with a script that came
#        with Unicode 16 (Todhri): re2js has it, Go 1.26 has not.
# Date:  2026-11-29
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
export GOPATH="$dir/go" GOCACHE="$dir/cache"
npm install --prefix "$dir" --ignore-scripts --no-audit --no-fund --silent re2js@2.10.0
cd "$dir"
printf 'module finding\n\ngo 1.26\n' >go.mod
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"
	"regexp"
)

func main() {
	for _, expression := range os.Args[1:] {
		_, err := regexp.Compile(expression)
		fmt.Println(err == nil)
	}
}
GO
cat >see.mjs <<'JS'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { RE2JS } from 're2js'
const takes = (expression) => {
  try {
    return Boolean(RE2JS.compile(expression))
  } catch {
    return false
  }
}
const onlyGo = ['(?P<a>x)|(?P<a>y)', '\\p{Letter}', '\\p{greek}', '\\p{ASCII}']
const both = ['(?P<a>x)(?P<b>y)', '\\p{L}', '\\p{Greek}']
const onlyPort = ['\\p{Todhri}']
const expressions = [...onlyGo, ...both, ...onlyPort]
const go = execFileSync('go', ['run', '.', ...expressions], { encoding: 'utf8' }).trim().split('\n')
for (const [i, expression] of expressions.entries()) {
  console.log(expression.padEnd(20), 'Go takes it:', go[i].padEnd(6), 're2js takes it:', takes(expression))
  assert.equal(go[i], String(!onlyPort.includes(expression)))
  assert.equal(takes(expression), !onlyGo.includes(expression))
}
JS
node see.mjs
echo 'As described.'
