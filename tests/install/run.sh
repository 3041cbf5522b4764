#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run.sh - an installed tree works where it was moved to, and with it alone a program and a plugin can be built.
#
#     run.sh SOURCE_DIR BINARY_DIR CC [CFLAG...]
set -eu

source=$1 binary=$2 cc=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset NNGRAD_PLUGIN_PATH XDG_DATA_HOME
export HOME="$work"

cmake --install "$binary" --prefix "$work/first" >"$work/log" 2>&1 || {
    cat "$work/log"
    exit 1
}
tree="$work/moved to a place with blanks"
mv "$work/first" "$tree"
cd /

expect() { # expect TEXT COMMAND...: its output holds TEXT
    text=$1
    shift
    "$@" >"$work/out" 2>&1 || {
        echo "status $?: $*"
        cat "$work/out"
        exit 1
    }
    grep -qF -- "$text" "$work/out" || {
        echo "no '$text' in the output of: $*"
        cat "$work/out"
        exit 1
    }
}

for file in bin/nngrad include/nngrad/nngrad.h include/nngrad/plugin.h share/doc/nngrad/LICENSE \
    share/doc/nngrad/manual/inspect.md share/man/man1/nngrad.1 share/bash-completion/completions/nngrad; do
    [ -e "$tree/$file" ] || {
        echo "not installed: $file"
        exit 1
    }
done
expect "w_111" "$tree/bin/nngrad" inspect

# Programs, with what pkg-config says and nothing else.
pc=$(find "$tree" -name nngrad.pc)
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
compile() { # compile SOURCE PROGRAM [CFLAG...]
    from=$1 to=$2
    shift 2
    eval "set -- \"\$@\" \"$from\" -o \"$to\" $(pkg-config --cflags --libs nngrad)"
    "$cc" -std=c11 "$@"
}
compile "$source/tests/install/program.c" "$work/program" "$@"
compile "$tree/share/doc/nngrad/examples/check_gradient.c" "$work/check_gradient" "$@"
plugins=
eval "plugins=$(pkg-config --variable=plugindir nngrad)" # its blanks are escaped
export LD_LIBRARY_PATH="${pc%/pkgconfig/*}${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" # for a shared libnngrad
expect "dL/dw_111" "$work/program" "$plugins"
expect "verdict: pass" "$work/check_gradient"
if "$work/check_gradient" wrong >"$work/out" || ! grep -q "dL/dw_2 .* fail" "$work/out"; then
    cat "$work/out"
    exit 1
fi

# A plugin, with the header and one command: the tool's own, and the one that plugin.h names.
cp "$source/tests/install/quartic_error.c" "$work"
expect "wrote" env CC="$cc" "$tree/bin/nngrad" plugin build "$work/quartic_error.c"
expect "quartic_error" "$tree/bin/nngrad" plugin info "$work/quartic_error.so"
"$cc" -std=c11 -O2 -fPIC -shared -fvisibility=hidden -I "$tree/include" "$work/quartic_error.c" -o "$work/quartic_error.so"
unset LD_LIBRARY_PATH
expect "quartic_error" "$tree/bin/nngrad" plugin info --plugin-path "$work" quartic_error
expect "w_111" "$tree/bin/nngrad" inspect --plugin-path "$work" --loss quartic_error

# A chapter of one's own, with an excerpt of the sources that were installed; it needs cmark when nngrad was built.
status=0
"$tree/bin/nngrad" chapter list >"$work/out" 2>&1 || status=$?
if [ "$status" -ne 3 ]; then
    expect "next: nngrad chapter weave" "$tree/bin/nngrad" chapter new "$work/mine"
    "$tree/bin/nngrad" chapter weave "$work/mine" -o "$work/page"
    expect "double slope(" cat "$work/page/chapter.md"
    ls "$tree"/share/nngrad/chapters/05-light-math/chapter.md >"$work/out"
fi
