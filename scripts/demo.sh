#!/bin/bash
# The demonstration: three throwaway hosts, set up over SSH. `npm run demo`, as root on Debian with Node 20.
# Safe to run again: it starts with fresh hosts each time. Ends with another status than 0 if anything is not
# as it says.
set -eEuo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || say() { printf '\n%s\n' "$*"; }
fail() { printf '\ndemo: %s\n' "$*" >&2; exit 1; }
# What is run is what is shown; `tsible` is the program that was just built.
show() {
  printf '\n$'
  for word in "$@"; do
    case $word in *[!A-Za-z0-9_./:=,@-]*) printf ' %s' "${word@Q}" ;; *) printf ' %s' "$word" ;; esac
  done
  printf '\n'
  "$@"
}
tsible() { node dist/tsible.js "$@"; }

trap 'printf "\ndemo: that should have worked. If hosts are up: npm run lab -- status, npm run lab -- down\n" >&2' ERR
trap 'printf "\ndemo: stopped. If hosts are up: npm run lab -- status, npm run lab -- down\n" >&2; exit 130' INT TERM

prepare() {
  local major
  command -v node > /dev/null || fail 'needs Node 20 or newer (https://nodejs.org)'
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 20 ] || fail "needs Node 20 or newer, this is $(node --version)"
  [ -d node_modules ] || show npm ci --no-audit --no-fund
  show npm run --silent build
}

# Real hosts need root on Debian. Without: what the play would do to this machine itself, changing nothing.
without_hosts() {
  local words=(play playbooks/setup-web.yml -i inventory -i scripts/this-machine.ini -l localhost --check --diff)
  # Where systemd does not run, there is nothing to say about units.
  [ -d /run/systemd/system ] || words+=(--skip-tags web_app)
  say "The demonstration boots three hosts, and for that it needs $1."
  printf '%s\n' 'Instead, the same play can be rehearsed against this machine: check mode, nothing is changed.' '' \
    "    npm run build && node dist/tsible.js ${words[*]}"
  if [ "$(id -u)" != 0 ] && ! sudo -n true 2> /dev/null; then
    # Reading what only root may read takes a password.
    words+=(--ask-become-pass)
  fi
  [ -t 0 ] || exit 1
  printf '\nRehearse it now? [y/N] '
  read -r answer
  case $answer in [yY]*) ;; *) exit 1 ;; esac
  prepare
  show tsible "${words[@]}"
  exit
}

[ "$(id -u)" = 0 ] || without_hosts 'root'
[ -e /etc/debian_version ] || without_hosts 'Debian'
prepare

say 'Three hosts with systemd and sshd, and without Python'
# Fresh ones: the first run should have something to do.
case $'\n'$(npm run --silent lab -- status) in
  *$'\n'demo\ *) show npm run --silent lab -- down demo ;;
esac
show npm run --silent lab -- up web1 web2 web3

say '1. What would change, with the differences'
show tsible play playbooks/setup-web.yml -l web_servers --check --diff

say '2. The same for real'
show tsible play playbooks/setup-web.yml -l web_servers

say '3. Again: nothing is left to do'
again=$(mktemp)
trap 'rm -f "$again"' EXIT
show tsible play playbooks/setup-web.yml -l web_servers | tee "$again"
for host in web1 web2 web3; do
  grep -Eq "^$host .*changed=0" "$again" || fail "the second run should have found nothing to do on $host"
done

say '4. A secret that is kept sealed in the repository'
show tsible vault view --vault-password-file vault/demo-password vault/web-secrets.yml

say '5. A configuration file made from it'
show tsible play config-web.yml -l web_servers --vault-password-file vault/demo-password

say 'The page of the first host, by port 80, which leads to port 4000'
show node -e 'fetch("http://10.86.0.11/").then(async page => process.stdout.write(await page.text()))' | tee "$again"
grep -q 'hello from tsible' "$again" || fail 'web1 should have answered with its page'

say 'The hosts are up.'
printf '%s\n' '  log in:   npm run lab -- ssh 1' '  stop:     npm run lab -- down'
