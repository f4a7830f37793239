import agent from 'ssh2/lib/agent.js';
import Client from 'ssh2/lib/client.js';
import keyParser from 'ssh2/lib/protocol/keyParser.js';

const { OpenSSHAgent } = agent;
const { parseKey } = keyParser;

/** ssh2 without its server and its HTTP agents, which would bring Node's http, https and tls into every run. */
export type Ssh2Client = typeof import('./ssh2-client.ts');
export { Client, OpenSSHAgent, parseKey };
