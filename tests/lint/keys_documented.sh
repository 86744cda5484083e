#!/usr/bin/env bash
# keys_documented.sh - is every configuration key in the manual, in the example;
# and every field of a template in the manual?
#
# The table src/conf/keys.c says which keys there are.  In slawatchd.yaml(5) a
# key is an item of the subsection called as its section; in
# etc/slawatchd.yaml it stands, at least as a comment, under the top-level key
# of its section.
#
# SPDX-License-Identifier: MIT
set -euo pipefail
. "$(dirname "$0")/common.sh"
page=$top/man/slawatchd.yaml.5
example=$top/etc/slawatchd.yaml
count=0

# "SECTION|KEY" a line; the two stand on a line of their own in the table.
keys() {
	sed -nE 's/^\t\{ "([^"]*)", "([^"]+)",.*/\1|\2/p' "$top/src/conf/keys.c"
}

# "SECTION|KEY" for every item of every subsection.
documented() {
	awk '/^\.Ss / { section = substr($0, 5) }
	     /^\.It Ic / { print section "|" $3 }' "$page"
}

# "TOP|KEY" for every word before a colon under each top-level key.
exemplified() {
	awk '{
		line = $0
		sub(/^# ?/, "", line)
		if (line ~ /^[a-z_]+:/ && $0 !~ /^# [a-z_]+: [a-z]/) {
			top = line
			sub(/:.*/, "", top)
			print "|" top
			sub(/^[a-z_]+:/, "", line)
		}
		while (match(line, /[a-z_]+:/)) {
			print top "|" substr(line, RSTART, RLENGTH - 1)
			line = substr(line, RSTART + RLENGTH)
		}
	}' "$example"
}

in_page=$(documented)
in_example=$(exemplified)
while IFS='|' read -r section key; do
	count=$((count + 1))
	case $section in
	"") heading="The file" ;;
	SECRET) heading=Secrets ;;
	WHEN) heading=Conditions ;;
	*) heading=$section ;;
	esac
	grep -qxF -- "$heading|$key" <<<"$in_page" ||
		finding "man/slawatchd.yaml.5 has no $key under $heading"
	place=${section%%[.[]*}
	[ "$section" != SECRET ] || place=channels
	[ "$section" != WHEN ] || place=rules
	grep -qxF -- "$place|$key" <<<"$in_example" ||
		finding "etc/slawatchd.yaml has no $key under ${place:-the top}"
done < <(keys)

rows=$(grep -cE '^	\{ "' "$top/src/conf/keys.c" || true)
[ "$rows" -eq "$count" ] ||
	finding "read $count of $rows rows of src/conf/keys.c"

# "FIELD: SENTENCE" for every row of the table of a template's fields, whose
# sentence may be written in several strings.
fields() {
	awk '/^const struct template_field template_fields/ { on = 1; next }
	     /^};/ { on = 0 }
	     on { text = text $0 }
	     END {
		n = split(text, rows, /\t\{ /)
		for (i = 2; i <= n; i++) {
			gsub(/"[ \t]+"/, "", rows[i])
			split(rows[i], part, /"/)
			print part[2] ": " part[4]
		}
	     }' "$top/src/core/template_fields.c"
}

described() {
	awk '/^\.Ss / { on = $2 == "Templates" }
	     on && /^\.(It|El)/ { if (text != "") print text; text = "" }
	     on && /^\.It Va / { text = $3 ":"; next }
	     on && text != "" { text = text " " $0 }' "$page"
}

in_page=$(described)
[ "$(fields | wc -l)" -ge 20 ] || finding "no fields were found to look for"
while IFS= read -r row; do
	count=$((count + 1))
	grep -qxF -- "$row" <<<"$in_page" ||
		finding "man/slawatchd.yaml.5 has no \"$row\" under Templates"
done < <(fields)
conclude "$count" "keys and fields"
