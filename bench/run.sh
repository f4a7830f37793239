#!/bin/bash
# `npm run bench`: how long runs take that find nothing to do, beside ansible-playbook on the same host; then
# fifty hosts at once. Words: `compare` or `fifty` for one of the two; --pairs=N (5), --hosts=N (1).
# Needs root on Debian for the first part: hosts are booted, and Debian's ansible is installed if missing.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -d node_modules ] || npm ci --no-audit --no-fund
npm run --silent build

what=both
case ${1:-} in compare | fifty) what=$1; shift ;; esac

if [ "$what" != fifty ]; then
  if [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ]; then
    if ! command -v ansible-playbook > /dev/null; then
      apt-get install -y -q --no-install-recommends ansible || { apt-get update -q && apt-get install -y -q --no-install-recommends ansible; }
    fi
    # Not in every Debian; it is timed where it is there.
    [ -d /usr/lib/python3/dist-packages/ansible_mitogen ] ||
      apt-get install -y -q --no-install-recommends ansible-mitogen > /dev/null 2>&1 || true
    npx tsx bench/compare.ts "$@"
  else
    echo 'skipped: the comparison with ansible-playbook boots hosts, and for that needs root on Debian' >&2
    [ "$what" = both ] || exit 1
  fi
fi
[ "$what" = compare ] || npx tsx bench/fifty-hosts.ts
