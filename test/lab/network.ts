import { existsSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { executeSync, must } from './shell.ts';
import { bridgeOf, controllerAddress, type LabState, labNames, loadState } from './state.ts';

/** The project's example inventory names this lab's addresses, so they never change. */
const DEMO = { name: 'demo', number: 0 };

/** A network number that no other lab has. Call it, and save the lab's state, under the lock `labs`. */
export function freeNumber(labName: string): number {
  if (labName === DEMO.name) return DEMO.number;
  const taken = new Set(labNames().map(name => loadState(name)?.number));
  for (let number = 1; number < 255; number++) {
    if (!taken.has(number) && !inUse(number)) return number;
  }
  throw new Error('all 254 lab networks are in use: `npm run lab -- down --all` removes leftovers');
}

export async function createBridge(lab: LabState): Promise<void> {
  const bridge = bridgeOf(lab);
  // Without snooping, multicast goes to every port: VRRP works before anyone has joined a group.
  await must('ip', ['link', 'add', bridge, 'type', 'bridge', 'mcast_snooping', '0', 'stp_state', '0']);
  await must('ip', ['addr', 'add', `${controllerAddress(lab)}/24`, 'dev', bridge]);
  // This machine may route for others; for the hosts it never does. Their way out is the package proxy.
  writeFileSync(`/proc/sys/net/ipv4/conf/${bridge}/forwarding`, '0');
  const ipv6 = `/proc/sys/net/ipv6/conf/${bridge}/forwarding`;
  if (existsSync(ipv6)) writeFileSync(ipv6, '0');
  await must('ip', ['link', 'set', bridge, 'up']);
}

export function removeNetwork(lab: LabState): void {
  // The kernel takes down a dead host's network at its leisure; asked for by name, it is gone at once.
  for (const host of lab.hosts) removeInterface(`vb-${host.machine}`);
  removeInterface(bridgeOf(lab));
}

function removeInterface(name: string): void {
  if (existsSync(`/sys/class/net/${name}`)) executeSync('ip', ['link', 'del', name]);
}

function inUse(number: number): boolean {
  if (existsSync(`/sys/class/net/${bridgeOf({ number })}`)) return true;
  return Object.values(networkInterfaces()).some(addresses =>
    addresses?.some(({ address }) => address.startsWith(`10.86.${number}.`)),
  );
}
