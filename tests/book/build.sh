#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# build.sh BINARY_DIR - the target `book`: every chapter's commands, claims, derivations, links and formulas. Without
# pandoc and gnuplot it is skipped.
for program in pandoc gnuplot; do
    command -v "$program" >/dev/null || {
        echo "there is no $program"
        exit 77
    }
done
exec cmake --build "$1" --target book
