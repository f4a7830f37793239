import { sh } from '../../core/shell.ts';
import type { Kind } from '../kind.ts';
import { RULES_FOLDER } from '../netfilter/rule-file.ts';

export interface BootUnit {
  /** Whether the host is one whose units can be set up: others have nothing that restores rules. */
  readonly systemd: boolean;
  readonly text: string | null;
  readonly enabled: boolean;
}

const NAME = 'tsible-iptables.service';
const UNIT = `/etc/systemd/system/${NAME}`;
const LINK = `/etc/systemd/system/sysinit.target.wants/${NAME}`;

/** Before the network is up; after whatever else restores rules, because that empties the tables first. */
const TEXT = `[Unit]
Description=Packet filter rules of tsible
DefaultDependencies=no
After=local-fs.target systemd-modules-load.service netfilter-persistent.service iptables.service
Before=network-pre.target shutdown.target
Wants=network-pre.target
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'status=0; for f in ${RULES_FOLDER}/ipv4/*.rules; do [ ! -e "$$f" ] || iptables-restore -w 20 --noflush <"$$f" || status=1; done; for f in ${RULES_FOLDER}/ipv6/*.rules; do [ ! -e "$$f" ] || ip6tables-restore -w 20 --noflush <"$$f" || status=1; done; exit $$status'

[Install]
WantedBy=sysinit.target
`;

/** The unit that restores the rules of `iptables_raw` at boot. */
export const bootUnit: Kind<null, BootUnit> = {
  name: 'netfilter boot unit',
  key: () => '',
  async read(host) {
    const text = await host.text(
      sh`[ -d /run/systemd/system ] && echo systemd; [ -L ${LINK} ] && echo enabled; echo; cat ${UNIT} 2>/dev/null; :`,
    );
    const gap = text.indexOf('\n\n');
    const words = text.startsWith('\n') ? [] : text.slice(0, gap).split('\n');
    const unit = text.startsWith('\n') ? text.slice(1) : text.slice(gap + 2);
    return { systemd: words.includes('systemd'), enabled: words.includes('enabled'), text: unit || null };
  },
  compare(_id, before, after) {
    const attribute = (name: string, was: string | null, is: string | null) =>
      was === is
        ? []
        : [{ type: 'attribute' as const, header: NAME, attribute: name, before: was, after: is }];
    return [
      ...(before.text === after.text
        ? []
        : [{ type: 'text' as const, header: UNIT, before: before.text, after: after.text }]),
      ...attribute('enabled', String(before.enabled), String(after.enabled)),
    ];
  },
  async apply(host, _id, _before, after) {
    await host.must(
      sh`umask 022; cat >${UNIT}.new && mv -f ${UNIT}.new ${UNIT} && mkdir -p ${LINK.slice(0, LINK.lastIndexOf('/'))} &&
ln -sf ${UNIT} ${LINK} && systemctl daemon-reload`,
      { stdin: after.text ?? '' },
    );
  },
};

export function enabledUnit(now: BootUnit): BootUnit {
  return { ...now, text: TEXT, enabled: true };
}
