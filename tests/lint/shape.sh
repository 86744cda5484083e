#!/usr/bin/env bash
# shape.sh - is everything as small, and as well labelled, as STYLE asks?
#
#	files of at most 700 lines, headers of 250, functions of 70
#	the first line of a file says what the file is for
#	every file names its licence
#	no marks of unfinished work, no paths of somebody's machine
#	no test sleeps
#	every C file and script is named in Makefile.am
#
# SPDX-License-Identifier: MIT
set -euo pipefail
. "$(dirname "$0")/common.sh"
need ctags "it measures functions (Debian: universal-ctags)"

marks='\b(TO''DO|FIX''ME|XX''X|HA''CK)\b'
places='/wo[r]k/|/ho[m]e/[a-z]|/Us[e]rs/'

# Everything people write, tarball or clone.
text_files() {
	find "$top/src" "$top/tests" "$top/etc" "$top/man" "$top/systemd" \
		-type f ! -name '*.pyc' ! -name '*~'
	find "$top" -maxdepth 1 -type f \( -name README -o -name bootstrap \
		-o -name configure.ac -o -name Makefile.am \)
}

# The line that says what the file is for: the first, or behind "#!".
first_line() {
	awk 'NR == 1 && /^#!/ { next } { print; exit }' "$1"
}

check_c() {
	local lines limit=700 name
	name=$(basename "$1")
	[[ $1 == *.h && $1 == "$top"/src/* ]] && limit=250
	lines=$(wc -l <"$1")
	[ "$lines" -le $limit ] ||
		finding "$2:1: $lines lines, at most $limit"
	[[ $(first_line "$1") == "/* $name - "* ]] ||
		finding "$2:1: does not begin with \"/* $name - what for\""
}

check_script() {
	[[ $(first_line "$1") == "# $(basename "$1") - "* ||
		$(first_line "$1") == "\"\"\"$(basename "$1") - "* ]] ||
		finding "$2:2: does not begin with \"# $(basename "$1") - what for\""
}

# report PATTERN WHAT FILE NAME: a finding for each line of the file.
report() {
	local hit
	while IFS= read -r hit; do
		finding "$4:${hit%%:*}: $2"
	done < <(grep -nIE -e "$1" "$3" || true)
}

manifest=$(<"$top/Makefile.am")
count=0
while IFS= read -r file; do
	name=${file#"$top"/}
	count=$((count + 1))
	case $name in
	*.[ch]) check_c "$file" "$name" ;;
	*.sh | *.py | bootstrap) check_script "$file" "$name" ;;
	esac
	case $name in
	*.[ch] | *.sh | *.py | bootstrap | Makefile.am | configure.ac | systemd/*)
		grep -q 'SPDX-License-Identifier: MIT' "$file" ||
			finding "$name:1: does not name its licence"
		[[ $manifest == *"$name"* || $name == Makefile.am ||
			$name == configure.ac || $name == tests/*.c &&
			$manifest == *"${name%.c}"* ]] ||
			finding "$name:1: is not named in Makefile.am"
		;;
	esac
	report "$marks" "a mark of unfinished work" "$file" "$name"
	report "$places" "a path of somebody's machine" "$file" "$name"
	case $name in tests/*.[ch])
		report '\b(u|nano)?sleep *\(' "a test that sleeps" \
			"$file" "$name"
		;;
	esac
done < <(text_files | sort)

while read -r lines function file; do
	[ "$lines" -le 70 ] ||
		finding "${file#"$top"/}: $function has $lines lines, at most 70"
	count=$((count + 1))
done < <(c_files | ctags -x --c-kinds=f --fields=+ne -L - \
	-D 'START_TEST(name)=void name(int i)' -D 'END_TEST=' \
	--_xformat='%{end} %n %N %F' | awk '{ print $1 - $2 + 1, $3, $4 }')
conclude "$count" "files and functions"
