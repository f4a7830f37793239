#!/bin/bash
# `npm run bench`: how long runs take that find nothing to do, beside ansible-playbook on the same host; then
# fifty hosts at once; then templates, beside Jinja2; then an inventory with 500 secrets, beside Ansible. Words:
# `compare`, `fifty`, `templates` or `vault` for one of them; --pairs=N (5) and --hosts=N (1) for the first,
# --rounds=N for templates (7) and secrets (5).
# Needs root on Debian for the first part: hosts are booted, and Debian's ansible is installed if missing, as
# python3-jinja2 is for templates. Secrets are measured beside the oracle's Ansible (test/oracle).
set -euo pipefail
cd "$(dirname "$0")/.."

[ -d node_modules ] || npm ci --no-audit --no-fund

what=all
case ${1:-} in compare | fifty | templates | vault) what=$1; shift ;; esac
[ "$what" = templates ] || npm run --silent build

if [ "$what" = all ] || [ "$what" = compare ]; then
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
    [ "$what" = all ] || exit 1
  fi
fi
if [ "$what" = all ] || [ "$what" = fifty ]; then npx tsx bench/fifty-hosts.ts; fi
if [ "$what" = all ] || [ "$what" = templates ]; then
  python3 -c 'import jinja2' 2> /dev/null ||
    apt-get install -y -q --no-install-recommends python3-jinja2 || { apt-get update -q && apt-get install -y -q --no-install-recommends python3-jinja2; }
  npx tsx bench/templates.ts "$@"
fi
if [ "$what" = all ] || [ "$what" = vault ]; then
  if [ "$(id -u)" = 0 ] || command -v ansible-playbook > /dev/null; then
    npx tsx bench/vault.ts "$@"
  else
    echo 'skipped: secrets are measured beside Ansible, which is not installed' >&2
    [ "$what" = all ] || exit 1
  fi
fi
