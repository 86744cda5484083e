# common.sh - what every lint shares: findings, counts, missing tools.
#
# A gate proves that it ran: it says how many things it looked at and fails if
# that is none.  A missing tool skips it (exit 77) on a developer's machine and
# fails it where SLAWATCH_ALL_TOOLS is set, as `./bootstrap check` does.
#
# Sourced, not run.
#
# SPDX-License-Identifier: MIT
# shellcheck shell=bash

export LC_ALL=C.UTF-8
top=${SLAWATCH_SRCDIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
lint=$(basename "$0" .sh)
findings=0

# One finding, as FILE:LINE: words where there is a line.
finding() {
	printf '%s: %s\n' "$lint" "$*"
	findings=$((findings + 1))
}

# need TOOL WHY: ends the lint if the tool is not there.
need() {
	command -v "$1" >/dev/null && return 0
	if [ -n "${SLAWATCH_ALL_TOOLS:-}" ]; then
		printf '%s: %s is missing: %s\n' "$lint" "$1" "$2"
		exit 1
	fi
	printf '%s: skipped, %s is missing: %s\n' "$lint" "$1" "$2"
	exit 77
}

# conclude COUNT WHAT: the last line of a lint, and its exit status.
conclude() {
	printf '%s: looked at %d %s, %d findings\n' \
		"$lint" "$1" "$2" "$findings"
	if [ "$1" -eq 0 ]; then
		printf '%s: a gate that looks at nothing proves nothing\n' \
			"$lint"
		exit 1
	fi
	[ "$findings" -eq 0 ] || exit 1
	exit 0
}

# All C of the tree, also of an unpacked tarball.
c_files() {
	find "$top/src" "$top/tests" -name '*.[ch]' -type f | sort
}
