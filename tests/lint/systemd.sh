#!/usr/bin/env bash
# systemd.sh - is the unit right, and does it lock the daemon in?
#
# The exposure systemd computes may be 1.5 at most; what is left is the network,
# which the daemon is there to use.
#
# SPDX-License-Identifier: MIT
set -euo pipefail
. "$(dirname "$0")/common.sh"
need systemd-analyze "it judges units (Debian: systemd)"
builddir=${SLAWATCH_BUILDDIR:-.}
threshold=15 # tenths

unit=$builddir/systemd/slawatchd.service
[ -f "$unit" ] || {
	finding "$unit is not built"
	conclude 1 "units"
}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/slawatch-unit.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

# Not installed yet: verified with a program that is there.
sed -E "s,^(Exec(Start|Reload)=)[^ ]*,\\1$(command -v true)," "$unit" \
	>"$scratch/slawatchd.service"
grep -q "^ExecStart=$(command -v true) -c /" "$scratch/slawatchd.service" ||
	finding "ExecStart does not run the daemon with a configuration"
# A refusal must reach whoever asks for a reload: a signal answers nothing.
grep -q "^ExecReload=/[^ ]*/slawatchctl reload --by systemctl$" "$unit" ||
	finding "ExecReload does not ask by slawatchctl"
grep -nE '@[a-z]+@|\$\{?prefix' "$unit" &&
	finding "$unit: a place was not filled in"

messages=$(systemd-analyze verify --man=no --recursive-errors=no \
	"$scratch/slawatchd.service" 2>&1) ||
	finding "systemd-analyze verify: $messages"
[ -z "$messages" ] || finding "systemd-analyze verify says: $messages"

verdict=$(systemd-analyze security --no-pager --offline=true \
	--threshold=$threshold "$scratch/slawatchd.service" 2>&1) ||
	finding "exposed by more than $threshold tenths: $verdict"
tail -n 1 <<<"$verdict" | LC_ALL=C tr -cd '[:print:]\n'
conclude 1 "units"
