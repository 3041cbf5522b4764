#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# valgrind.sh COMMAND... - runs a test under valgrind, in one process. What valgrind finds (99) counts, and a crash; that
# a test itself fails (1) does not: valgrind's long double is no longer than a double, and tests measure with it.
CK_FORK=no valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect \
    --suppressions="$(dirname "$0")/valgrind.supp" "$@"
test $? -le 1
