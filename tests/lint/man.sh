#!/usr/bin/env bash
# man.sh - do the manual pages read well, and do they tell everything?
#
# Every option and subcommand that the programs' own help names must be in
# their page, every counter in the daemon's, and every key of a scenario in
# that page.
#
# SPDX-License-Identifier: MIT
set -euo pipefail
. "$(dirname "$0")/common.sh"
need mandoc "it reads manual pages (Debian: mandoc)"
builddir=${SLAWATCH_BUILDDIR:-.}
count=0

for page in slawatchd.8 slawatchctl.1 slawatchd.yaml.5 slawatch-scenario.5; do
	if [ ! -f "$top/man/$page" ]; then
		finding "man/$page is missing"
		continue
	fi
	count=$((count + 1))
	messages=$(mandoc -T lint -W warning "$top/man/$page" 2>&1) || true
	while IFS= read -r line; do
		[ -z "$line" ] || finding "${line#"mandoc: $top/"}"
	done <<<"$messages"
done

# A page as plain words, so that neither macros nor escapes hide one.
words() {
	mandoc -T ascii -O width=200 "$top/man/$1" | sed 's/.\x08//g'
}

# told PAGE WORDS...: each is in the page, as a word of its own.
told() {
	local page=$1 text word
	shift
	text=$(words "$page")
	for word; do
		count=$((count + 1))
		grep -qE -e "(^|[^a-z_-])$word([^a-z_-]|$)" <<<"$text" ||
			finding "man/$page does not name $word"
	done
}

options_in() {
	grep -oE -e '--[a-z][a-z-]+' <<<"$1" | sort -u
}

# shellcheck disable=SC2046 # one word each
told slawatchd.8 $(options_in "$("$builddir/slawatchd" --help)") \
	$(grep -ohE '\bslawatch_[a-z_]+' "$top/src/daemon/counters.h" \
		"$top/src/daemon/queues.c")

help=$("$builddir/slawatchctl" help)
mapfile -t subcommands < <(sed -nE 's/^  ([a-z][a-z-]*) .*/\1/p' <<<"$help")
[ ${#subcommands[@]} -gt 0 ] || finding "slawatchctl help names no subcommand"
for subcommand in "${subcommands[@]}"; do
	help+=$("$builddir/slawatchctl" help "$subcommand")
done
# shellcheck disable=SC2046 # one word each
told slawatchctl.1 "${subcommands[@]}" $(options_in "$help")
# The keys of scenarios stand in tables, each in quotes or as a SAID().
mapfile -t keys < <(sed -nE \
	's/^\t(SAID(_OR_NONE)?\([a-z_]+, |\{ ")([a-z_]+)[)"].*/\3/p' \
	"$top/src/ctl/scenario_read.c" | sort -u)
[ ${#keys[@]} -gt 40 ] || finding "src/ctl/scenario_read.c: where are its keys?"
told slawatch-scenario.5 "${keys[@]}"
conclude "$count" "pages, options, subcommands and counters"
