#!/usr/bin/env bash
# readme.sh - does what README shows work?
#
# Its matrix must be one that the daemon takes, and must stay as short as it
# says; the commands and files that it names must be there.
#
# SPDX-License-Identifier: MIT
set -euo pipefail
. "$(dirname "$0")/common.sh"
builddir=${SLAWATCH_BUILDDIR:-.}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/slawatch-readme.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
count=0

awk '/^```yaml$/ { on = 1; next } /^```$/ { on = 0 } on' "$top/README" \
	>"$scratch/matrix.yaml"
lines=$(wc -l <"$scratch/matrix.yaml")
((lines >= 1 && lines <= 10)) ||
	finding "README: the matrix in ten lines has $lines"
messages=$("$builddir/slawatchd" -c "$scratch/matrix.yaml" --check 2>&1) ||
	finding "README: the daemon refuses the matrix: $messages"
[[ $messages != *warning:* ]] ||
	finding "README: the daemon warns of the matrix: $messages"
count=$((count + lines))

# curl -d would name a type that the daemon does not take.
! grep -nE 'curl .* -d ' "$top/README" ||
	finding "README: curl sends JSON by --json"
awk -v q="'" '/curl .*--json/ { on = 1; next } on { print }
	on && index($0, q) { exit }' "$top/README" | tr -d "\n'" \
	>"$scratch/event.ndjson"
[ -s "$scratch/event.ndjson" ] ||
	finding "README: shows no event that is sent by curl"
said=$("$builddir/slawatchctl" simulate --json -c "$scratch/matrix.yaml" \
	"$scratch/event.ndjson" 2>&1) ||
	finding "README: its event is none: $said"
[[ $said == *'"kind":"clock"'* && $said != *'"kind":"refused"'* ]] ||
	finding "README: its event starts no clock in its matrix: $said"
count=$((count + 1))

while IFS= read -r file; do
	count=$((count + 1))
	[ -e "$top/$file" ] || finding "README names $file, which is not there"
done < <(grep -oP '(?<![\w/])(etc|man|src|tests|systemd)/[a-z0-9_./-]+[a-z0-9]' \
	"$top/README" | grep -E '\.(yaml|jsonl|[158])$' | sort -u)

help=$("$top/bootstrap" help)
while IFS= read -r subcommand; do
	count=$((count + 1))
	grep -qE "^  $subcommand( |$)" <<<"$help" ||
		finding "README names ./bootstrap $subcommand"
done < <(grep -oE '\./bootstrap [a-z-]+' "$top/README" | cut -d' ' -f2 |
	sort -u)
conclude "$count" "lines, files and commands"
