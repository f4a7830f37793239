import { LocalTransport } from './local-transport.ts';
import { HostSession } from './session.ts';
import type { Endpoint, Session } from './types.ts';

/**
 * Connects to a host and logs in. The login user's shell is started at once; its first answer is not waited
 * for. Throws Unreachable (with a hint), or a UserError for ssh arguments that cannot be understood.
 */
export async function openSession(endpoint: Endpoint): Promise<Session> {
  if (endpoint.transport === 'local') return new HostSession(endpoint, new LocalTransport());
  // Loaded when the first ssh host is met: a run against the local machine has no use for it.
  const [{ resolveTarget }, { connectSsh2 }, { connectSystemSsh, needsSystemSsh }] = await Promise.all([
    import('./ssh-target.ts'),
    import('./ssh2-connect.ts'),
    import('./system-ssh-transport.ts'),
  ]);
  const target = await resolveTarget(endpoint);
  const why = needsSystemSsh(target);
  const transport = why === undefined ? connectSsh2(target) : connectSystemSsh(endpoint, target, why);
  return new HostSession(endpoint, await transport);
}
