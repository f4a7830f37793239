# The limit: the state that bench/site.yml brings about, checked by hand. compare.ts sends this over one ssh to a
# shell that root runs, followed by `learn` (prints the checksums of the files that the playbook wrote) or by
# `expected='…'; check` (prints what differs; status 1 then).

FILES='/etc/sudoers.d/00-admins /etc/sudoers.d/deploy-deploy /etc/sudoers.d/look-at-rules
  /home/alice/.ssh/authorized_keys /home/bob/.ssh/authorized_keys /home/carol/.ssh/authorized_keys
  /home/dave/.ssh/authorized_keys /home/deploy/.ssh/authorized_keys /home/app/.ssh/authorized_keys
  /etc/packet-filter/rules.v4 /etc/systemd/system/packet-filter.service
  /etc/systemd/system/web-app.socket /etc/systemd/system/web-app@.service
  /etc/sysctl.d/60-web-app.conf /etc/ssh/sshd_config.d/60-web.conf /etc/motd'

differs=0
differ() { printf 'differs: %s\n' "$1"; differs=1; }

user() { # name groups shell
  entry=$(getent passwd "$1") || { differ "user $1"; return; }
  [ "${entry##*:}" = "$3" ] || differ "shell of $1"
  have=" $(id -Gn "$1") "
  for group in $2; do case $have in *" $group "*) ;; *) differ "group $group of $1" ;; esac; done
}

path() { # path owner:group mode
  [ "$(stat -c '%U:%G %a' "$1" 2> /dev/null)" = "$2 $3" ] || differ "$1"
}

check() {
  for group in managed-users admins adm systemd-journal deploy app; do
    getent group $group > /dev/null || differ "group $group"
  done
  user alice 'managed-users admins adm' /bin/bash
  user bob 'managed-users admins adm' /bin/bash
  user carol 'managed-users admins adm' /bin/bash
  user dave 'managed-users systemd-journal' /bin/bash
  user deploy deploy /bin/bash
  user app 'app systemd-journal' /bin/bash
  ! getent passwd mallory > /dev/null || differ 'user mallory'
  case $(dpkg-query -W -f '${db:Status-Status} ' sudo iptables) in
    'installed installed ') ;; *) differ packages ;;
  esac
  [ "$(cksum $FILES)" = "$expected" ] || differ files
  for file in 00-admins deploy-deploy look-at-rules; do path /etc/sudoers.d/$file root:root 440; done
  for name in alice bob carol dave deploy app; do
    path /home/$name/.ssh "$name:$name" 700
    path /home/$name/.ssh/authorized_keys "$name:$name" 600
  done
  path /etc/packet-filter root:root 755
  path /etc/packet-filter/rules.v4 root:root 600
  path /opt/web-app deploy:app 755
  path /opt/web-app/current deploy:app 755
  path /opt/web-app/current/serve deploy:app 755
  path /etc/web-app root:app 750
  path /var/lib/web-app app:app 750
  for unit in packet-filter.service web-app.socket; do
    [ "$(systemctl is-enabled $unit)" = enabled ] || differ "$unit at boot"
  done
  [ "$(systemctl is-active web-app.socket)" = active ] || differ 'web-app.socket running'
  [ "$(cat /proc/sys/net/ipv4/tcp_max_syn_backlog)" = 4096 ] || differ sysctl
  crontab -l -u app 2> /dev/null | grep -q 'find /var/lib/web-app -type f -mtime +30 -delete' || differ cron
  rules=$(iptables -S)
  for rule in '-P INPUT DROP' '-P FORWARD DROP' '-A INPUT -i lo -j ACCEPT' \
    '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT' \
    '-A INPUT -m conntrack --ctstate INVALID -j DROP' \
    '-A INPUT -p icmp -m limit --limit 10/sec -m icmp --icmp-type 8 -j ACCEPT' \
    '-A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT' \
    '-A INPUT -p tcp -m tcp --dport 4000 -m conntrack --ctstate NEW -j ACCEPT' \
    '-A OUTPUT -p tcp -m tcp --dport 25 -j REJECT --reject-with icmp-port-unreachable'; do
    case $rules in *"$rule"*) ;; *) differ "rule $rule" ;; esac
  done
  case $(iptables -t nat -S PREROUTING) in
    *'--dport 80 -j REDIRECT --to-ports 4000'*) ;; *) differ 'redirection' ;;
  esac
  return $differs
}

learn() { cksum $FILES; }
