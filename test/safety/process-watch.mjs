// Looks at the argument lists of all processes of this machine, lab hosts included, again and again, and writes
// each different one down. A program of its own: whoever runs the tests has other things to do meanwhile.
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';

const [file] = process.argv.slice(2);
const oldest = process.pid;
const seen = new Set();
process.on('SIGTERM', () => process.exit(0));
process.stdout.write('watching\n');
look();

function look() {
  const until = Date.now() + 50;
  while (Date.now() < until) {
    for (const pid of readdirSync('/proc')) {
      if (!(Number(pid) > oldest)) continue;
      let line;
      try {
        line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        continue;
      }
      if (line === '' || seen.has(line)) continue;
      seen.add(line);
      appendFileSync(file, `${line.replaceAll('\0', '\u0001')}\n\0`);
    }
  }
  setImmediate(look);
}
