/** The parts of ssh2 that a client needs, imported one by one. */
declare module 'ssh2/lib/client.js' {
  import type { Client } from 'ssh2';

  const value: typeof Client;
  export default value;
}
declare module 'ssh2/lib/agent.js' {
  import type { OpenSSHAgent } from 'ssh2';

  const value: { OpenSSHAgent: typeof OpenSSHAgent };
  export default value;
}
declare module 'ssh2/lib/protocol/keyParser.js' {
  import type { utils } from 'ssh2';

  const value: { parseKey: typeof utils.parseKey };
  export default value;
}
