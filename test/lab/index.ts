export { OPW_PASSWORD } from './base-recipes.ts';
export type { HostProcess, LabHost } from './host.ts';
export { knownHostsLines } from './keys.ts';
export { type HostRequest, Lab, type LabRequest } from './lab.ts';
export { type Availability, labAvailability } from './requirements.ts';
export { SlowLink, type SlowLinkRequest } from './slow-link.ts';
export type { HostKind } from './state.ts';
