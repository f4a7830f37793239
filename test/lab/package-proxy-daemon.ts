/**
 * The package proxy of a lab that outlives the command which made it: `package-proxy-daemon.ts ADDRESS PORT`.
 * It lives until the lab is taken down, which ends it.
 */
import { startPackageProxy } from './package-proxy.ts';

const [address, port] = process.argv.slice(2);
if (!address || !port) throw new Error('usage: package-proxy-daemon.ts ADDRESS PORT');
await startPackageProxy(address, Number(port));
process.stdout.write('listening\n');
// Whoever started this reads that one line and goes away; nothing more may be written to nobody.
process.stdout.on('error', () => {});
