#!/usr/bin/env bash
# purity.sh - can the core touch the world?
#
# The linker's answer: whatever base/ and core/ leave undefined must be on the
# short list below or be our own.  The preprocessor's answer: they include only
# headers of the standard library that can do no I/O and read no clock.
#
# SLAWATCH_BUILDDIR names where the archives are (else the current directory).
#
# SPDX-License-Identifier: MIT
set -euo pipefail
. "$(dirname "$0")/common.sh"
need "${NM:-nm}" "it lists the symbols (Debian: binutils)"
builddir=${SLAWATCH_BUILDDIR:-.}

# Memory, texts and numbers, nothing else.
allowed="abort malloc calloc realloc free qsort bsearch
	memcpy memmove memset memcmp memchr
	strlen strnlen strcmp strncmp strchr strrchr strstr strspn strcspn
	strtol strtoll"

# Libraries that know no world either: Unicode's tables.
pure_libraries='^utf8proc_'

# What a compiler puts in by itself: hardening, sanitizers, PIE.
compilers='^(__(mem|str)[a-z]+_chk|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|__(asan|ubsan|tsan|sanitizer)_.*)$'

headers="stdalign.h float.h inttypes.h limits.h math.h stdarg.h stdbool.h stddef.h
	stdint.h stdlib.h string.h utf8proc.h"

# symbols WHICH ARCHIVE: "member symbol" lines; WHICH is an option of nm.
symbols() {
	"${NM:-nm}" -A "$1" "$2" | awk '{
		n = split($1, part, ":")
		print part[n - 1], $NF
	}'
}

count=0
own=" "
for layer in base core; do
	archive=$builddir/lib$layer.a
	if [ ! -f "$archive" ]; then
		finding "$archive is not built"
		continue
	fi
	# base/ is looked at before core/'s symbols are our own.
	own+=$(symbols --defined-only "$archive" | cut -d' ' -f2 | tr '\n' ' ')
	while read -r member symbol; do
		count=$((count + 1))
		[[ $own == *" $symbol "* ]] && continue
		[[ " ${allowed//[$'\n\t']/ } " == *" $symbol "* ]] && continue
		[[ $symbol =~ $compilers ]] && continue
		[[ $symbol =~ $pure_libraries ]] && continue
		finding "lib$layer.a($member) uses $symbol"
	done < <(symbols --undefined-only "$archive" | sort -u)
done

while IFS=: read -r file line text; do
	header=$(sed -E 's/.*<([^>]*)>.*/\1/' <<<"$text")
	count=$((count + 1))
	[[ " ${headers//[$'\n\t']/ } " == *" $header "* ]] ||
		finding "${file#"$top"/}:$line: <$header> is not for the core"
done < <(grep -rnE --include='*.[ch]' '^[[:space:]]*#[[:space:]]*include[[:space:]]*<' \
	"$top/src/base" "$top/src/core" || true)
conclude "$count" "undefined symbols and standard headers"
