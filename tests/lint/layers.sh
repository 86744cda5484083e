#!/usr/bin/env bash
# layers.sh - do includes point only downwards?
#
# The layer table of DESIGN 3, for our folders and for the libraries that only
# one layer may know.  Siblings do not know each other.
#
# SPDX-License-Identifier: MIT
set -euo pipefail
. "$(dirname "$0")/common.sh"

# Folder: the folders of ours it may include.
declare -A ours=(
	[base]="base"
	[core]="base core"
	[wire]="base core wire"
	[conf]="base core conf"
	[store]="base core store"
	[net]="base net"
	[daemon]="base core wire conf store net daemon"
	[ctl]="base core wire conf store net ctl"
)

# Library header (a pattern): the folders that may include it.
libraries=(
	"uv.h=net daemon ctl"
	"curl/*=net ctl"
	"microhttpd.h=net"
	"sqlite3.h=store"
	"cjson/*=wire daemon ctl"
	"libfyaml.h=conf"
	"libical/*=conf"
	"utf8proc.h=core"
	"openssl/*=daemon"
	"systemd/*=daemon"
)

# may_not_use FOLDER HEADER: is it a library's that this folder must not know?
may_not_use() {
	local row
	for row in "${libraries[@]}"; do
		# shellcheck disable=SC2053 # the pattern is one
		[[ $2 == ${row%%=*} ]] || continue
		[[ " ${row#*=} " == *" $1 "* ]] && return 1
		return 0
	done
	return 1
}

# judge FOLDER FILE:LINE QUOTE HEADER
judge() {
	if [ "$3" = '"' ]; then
		[[ " ${ours[$1]} " == *" ${4%%/*} "* ]] ||
			finding "$2: $1/ may not include \"$4\""
	elif may_not_use "$1" "$4"; then
		finding "$2: $1/ may not include <$4>"
	fi
}

count=0
for path in "$top"/src/*; do
	folder=$(basename "$path")
	if [ -z "${ours[$folder]:-}" ]; then
		finding "$path: no layer has this name"
		continue
	fi
	while IFS=: read -r file line text; do
		[[ $text =~ ^[[:space:]]*#[[:space:]]*include[[:space:]]*([\"\<])([^\">]+) ]] ||
			continue
		judge "$folder" "${file#"$top"/}:$line" \
			"${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
		count=$((count + 1))
	done < <(grep -rnE --include='*.[ch]' '^[[:space:]]*#[[:space:]]*include' \
		"$path" || true)
done
conclude "$count" "includes"
