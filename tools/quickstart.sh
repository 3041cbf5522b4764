#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# quickstart.sh - from a fresh clone to a result: installs what is missing, configures, builds, does its job.
#
#     tools/quickstart.sh inspect [MODEL] [OPTION...]    nngrad inspect; without MODEL, the lecture's 3-3-3-1 network
#     tools/quickstart.sh test                           every test, and again under Address- and UBSanitizer
#     tools/quickstart.sh book                           the course as a book: build/release/book/index.html
#
# On Debian and its relatives, as root or with sudo, it installs packages; elsewhere it says which. What it built stays in
# build/, with a log. Exit status: inspect's own; 1 a build or a test failed; 2 usage; 3 something needed is not there.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)

# How to tell that a thing is there, and the packages that bring it. Without a `build` there is no nngrad, without a `test`
# no tests, without a `chapter` and a `book` no book; the rest is worth having. A comma separates packages.
#         wanted by  probe           Debian, Ubuntu    Fedora              Homebrew
requirements='
          build      compiler        gcc,libc6-dev     gcc                 gcc
          build      command:cmake   cmake             cmake               cmake
          build      command:pkg-config pkg-config     pkgconf-pkg-config  pkgconf
          build      library:gsl     libgsl-dev        gsl-devel           gsl
          build      library:libconfig libconfig-dev   libconfig-devel     libconfig
          build      library:jansson libjansson-dev    jansson-devel       jansson
          speed      command:ninja   ninja-build       ninja-build         ninja
          speed      library:openblas libopenblas-dev  openblas-devel      openblas
          chapter    library:libcmark libcmark-dev     cmark-devel         cmark
          book       command:gnuplot gnuplot-nox       gnuplot             gnuplot
          book       command:pandoc  pandoc            pandoc              pandoc
          test       library:check   check             check-devel         check
          more-tests python:numpy    python3-numpy     python3-numpy       numpy
'

is_there() {
    case $1 in
    compiler) echo '#include <stdio.h>' | "${CC:-cc}" -x c -fsyntax-only - ;;
    command:*) command -v "${1#*:}" ;;
    library:*) pkg-config --exists "${1#*:}" ;;
    python:*) python3 -c "import ${1#*:}" </dev/null ;;
    esac >/dev/null 2>&1
}

# missing COLUMN WANTED_BY... prints the packages, of that column of the table, whose probe fails.
missing() {
    column=$1
    shift
    echo "$requirements" | while read -r wanted_by probe debian fedora homebrew; do
        for wanted in "$@"; do
            if [ "$wanted" = "$wanted_by" ] && ! is_there "$probe" </dev/null; then
                case $column in
                debian) echo "$debian" ;;
                fedora) echo "$fedora" ;;
                homebrew) echo "$homebrew" ;;
                esac
            fi
        done
    done | tr ',\n' '  '
}

# as_root COMMAND... runs it, or fails if this user may not.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        sudo "$@"
    else
        echo "neither root nor sudo"
        return 1
    fi
}

# install_missing NEEDED_GROUPS OTHER_GROUPS: installs what it can, and ends the script if a needed thing is still missing.
install_missing() {
    # shellcheck disable=SC2086 # lists of words
    packages=$(missing debian $1 $2)
    if [ -n "$packages" ] && command -v apt-get >/dev/null 2>&1; then
        say "installing $packages"
        # shellcheck disable=SC2086
        {
            as_root apt-get update &&
                as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
                    -o DPkg::Lock::Timeout=300 $packages
        } >"$log" 2>&1 </dev/null || true # what counts is what is there then
    fi
    # shellcheck disable=SC2086
    if [ -n "$(missing debian $1)" ]; then
        if [ -s "$log" ]; then
            tail -n 20 "$log" >&2
        fi
        cat >&2 <<EOF
quickstart: this must be installed first:
    Debian, Ubuntu, WSL:  sudo apt-get install $(missing debian $1 $2)
    Fedora:               sudo dnf install $(missing fedora $1 $2)
    macOS (Homebrew):     brew install $(missing homebrew $1 $2)
EOF
        exit 3
    fi
}

# say TEXT tells somebody who waits at a terminal why.
say() {
    if [ -t 2 ]; then
        echo "quickstart: $*" >&2
    fi
}

# logged COMMAND... is silent unless it fails.
logged() {
    "$@" >"$log" 2>&1 </dev/null || {
        tail -n 200 "$log" >&2
        echo "quickstart: failed; the whole output is in $log" >&2
        exit 1
    }
}

# build PRESET TARGET [CMAKE_OPTION...]
build() {
    preset=$1 target=$2
    cache=$root/build/$preset/CMakeCache.txt
    shift 2
    say "building ${cache%/*}"
    if ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache" 2>/dev/null; then
        rm -rf "$cache" "${cache%/*}/CMakeFiles" # CMake refuses to go on in a folder that was moved
        if is_there command:ninja; then
            set -- -G Ninja "$@"
        fi
    fi
    ( # presets are looked for in the current directory
        cd "$root"
        logged cmake --preset "$preset" "$@"
        logged cmake --build "build/$preset" --target "$target" --parallel "$jobs"
    )
}

# run_tests PRESET TITLE prints the summary alone, or also the output of the tests that failed.
run_tests() {
    say "running the tests of $root/build/$1"
    logged ctest --test-dir "$root/build/$1" --parallel "$jobs" --output-on-failure --no-tests=error
    echo "$2:"
    sed -n '/tests passed/,$p' "$log"
}

use_log() {
    mkdir -p "$root/build/$1"
    log=$root/build/$1/quickstart.log
    : >"$log"
}

jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
command=${1-}
[ $# -eq 0 ] || shift
case $command in
inspect)
    use_log release
    install_missing 'build' 'speed chapter'
    build release nngrad
    exec "$root/build/release/bin/nngrad" inspect "$@"
    ;;
test)
    use_log release
    install_missing 'build test' 'speed chapter book more-tests'
    build release all -DNNGRAD_WERROR=ON
    run_tests release 'Release'
    use_log asan
    build asan all
    run_tests asan 'AddressSanitizer and UndefinedBehaviorSanitizer'
    ;;
book)
    use_log release
    install_missing 'build chapter book' 'speed'
    build release book
    echo "$root/build/release/book/index.html"
    ;;
*)
    sed -n '6,8s/^#  *//p' "$0" >&2
    exit 2
    ;;
esac
