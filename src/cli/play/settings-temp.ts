import type { LoadContext } from '../../load/index.ts';
export interface Settings {
  inventory: string[];
  rolesPath: string[];
  forks?: number;
  diff?: boolean;
  gathering?: 'implicit' | 'explicit' | 'smart';
  forceHandlers?: boolean;
  anyErrorsFatal?: boolean;
  remoteUser?: string;
  privateKeyFile?: string;
  remotePort?: number;
  transport?: string;
  hostKeyChecking?: 'yes' | 'no' | 'accept-new';
  timeout?: number;
  sshArgs?: string[];
  become?: boolean;
  becomeUser?: string;
  becomeMethod?: string;
  becomeFlags?: string;
  becomeExe?: string;
  vaultIdentities: string[];
  vaultPasswordFile?: string;
}
export function loadSettings(_c: LoadContext): Settings {
  return { inventory: [], rolesPath: [], vaultIdentities: [] };
}
