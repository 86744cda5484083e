#!/usr/bin/env bash
# bite.sh - do the lints bite?
#
# Each violation is planted into a scratch copy of the tree, one at a time; the
# lint that forbids it must fail there and name it, and must pass on the copy
# as it was.
#
# SPDX-License-Identifier: MIT
set -euo pipefail
. "$(dirname "$0")/common.sh"
need "${CC%% *}" "it compiles the planted calls"
need ctags "shape.sh needs it (Debian: universal-ctags)"
here=$(cd "$(dirname "$0")" && pwd)
builddir=$(cd "${SLAWATCH_BUILDDIR:-.}" && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/slawatch-bite.XXXXXX")
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT

# A clean copy: the sources, and the archives of the pure layers.
fresh() {
	chmod -R u+w "$scratch"
	rm -rf "${scratch:?}"/*
	cp -R "$top/src" "$top/tests" "$top/etc" "$top/man" "$top/systemd" \
		"$top/Makefile.am" "$scratch"
	cp "$builddir/libbase.a" "$builddir/libcore.a" "$scratch"
	chmod -R u+w "$scratch"
}

run_lint() {
	SLAWATCH_SRCDIR=$scratch SLAWATCH_BUILDDIR=$scratch \
		"$here/$1.sh" >"$scratch/said" 2>&1
}

# bites LINT WORDS: the lint must fail on the copy as it is now, with WORDS.
count=0
bites() {
	count=$((count + 1))
	if run_lint "$1"; then
		finding "$1.sh lets pass: $2"
	elif ! grep -qF -e "$2" "$scratch/said"; then
		finding "$1.sh fails, but does not say \"$2\""
		cat "$scratch/said"
	fi
	fresh
}

# plant LINE FILE: at the file's end.
plant() {
	printf '%s\n' "$1" >>"$scratch/src/$2"
}

# plant_call LAYER FUNCTION: a member of its archive that calls it.
plant_call() {
	printf 'void %s(void);\nvoid planted(void);\n' "$2" \
		>"$scratch/planted.c"
	printf 'void planted(void)\n{\n\t%s();\n}\n' "$2" >>"$scratch/planted.c"
	(cd "$scratch" && ${CC:-cc} -w -fno-builtin -c planted.c &&
		"${AR:-ar}" r "lib$1.a" planted.o 2>/dev/null)
}

fresh
for clean in layers purity shape; do
	if ! run_lint $clean; then
		finding "$clean.sh does not pass on the tree as it is"
		grep -E '^[a-z]+: ' "$scratch/said" || true
	fi
done

# Upwards, sideways, and at a library of somebody else's.
plant '#include "core/ticket.h"' base/textbuf.h
bites layers 'base/ may not include "core/ticket.h"'
plant '#include "wire/json_out.h"' core/ticket.h
bites layers 'core/ may not include "wire/json_out.h"'
plant '#include "store/store.h"' wire/event_json.h
bites layers 'wire/ may not include "store/store.h"'
plant '#include "net/loop.h"' conf/load.h
bites layers 'conf/ may not include "net/loop.h"'
plant '#include "wire/json_gate.h"' store/store.h
bites layers 'store/ may not include "wire/json_gate.h"'
plant '# include "core/ticket.h"' net/loop.h
bites layers 'net/ may not include "core/ticket.h"'
plant '#include "daemon/routes.h"' ctl/table.h
bites layers 'ctl/ may not include "daemon/routes.h"'
plant '#include <cjson/cJSON.h>' store/store.h
bites layers 'store/ may not include <cjson/cJSON.h>'
plant '#include <sqlite3.h>' daemon/routes.h
bites layers 'daemon/ may not include <sqlite3.h>'
mkdir "$scratch/src/misc"
plant '#include "base/check.h"' misc/stray.h
bites layers 'no layer has this name'

# The world, by header and by symbol.
plant '#include <stdio.h>' core/ticket.c
bites purity '<stdio.h> is not for the core'
plant '#include <time.h>' base/instant.c
bites purity '<time.h> is not for the core'
for call in printf time clock_gettime open uv_now sqlite3_open getenv; do
	plant_call core $call
	bites purity "libcore.a(planted.o) uses $call"
done
plant_call base ticket_init
bites purity "libbase.a(planted.o) uses ticket_init"
rm "$scratch/libcore.a"
bites purity 'libcore.a is not built'

# Size, labels and marks.
printf '\n%.0s' {1..700} >>"$scratch/src/core/ticket.c"
bites shape 'at most 700'
{
	printf 'void long_one(void)\n{\n'
	printf '\tcheck_failed("", "", 0);\n%.0s' {1..70}
	printf '}\n'
} >>"$scratch/src/base/textbuf.c"
bites shape 'long_one has 73 lines'
sed -i '1d' "$scratch/src/base/instant.h"
bites shape 'does not begin with'
sed -i '/SPDX/d' "$scratch/src/base/instant.h"
bites shape 'does not name its licence'
plant '/* TO''DO: later. */' core/ticket.c
bites shape 'a mark of unfinished work'
plant '/* not_listed.c - SPDX-License-Identifier: MIT */' core/not_listed.c
bites shape 'is not named in Makefile.am'

conclude "$count" "planted violations"
