export type { HostProcess, LabHost } from './host.ts';
export { type HostRequest, Lab, type LabRequest } from './lab.ts';
export { type Availability, labAvailability } from './requirements.ts';
export type { HostKind } from './state.ts';
