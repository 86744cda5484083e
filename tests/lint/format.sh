#!/usr/bin/env bash
# format.sh - is all C laid out as .clang-format says?
#
# Another major version of clang-format lays out differently, so it counts as
# missing.
#
# SPDX-License-Identifier: MIT
set -euo pipefail
. "$(dirname "$0")/common.sh"
version=14

tool=clang-format-$version
if ! command -v $tool >/dev/null &&
	clang-format --version 2>/dev/null | grep -q "version $version\\."; then
	tool=clang-format
fi
need $tool "the layout is that of version $version (Debian 12: clang-format)"

mapfile -t files < <(c_files)
if [ ${#files[@]} -gt 0 ]; then
	messages=$($tool --style=file --dry-run -Werror "${files[@]}" 2>&1) || true
	while IFS= read -r line; do
		finding "${line#"$top"/}"
	done < <(grep -F 'error:' <<<"$messages" || true)
fi
conclude ${#files[@]} "files"
