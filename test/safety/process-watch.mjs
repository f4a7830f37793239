// Looks at the argument lists and environments of a lab's processes and of those that have TSIBLE_WATCHED in their
// environment, again and again, and writes each different one down, with its user. A program of its own: whoever
// runs the tests has other things to do meanwhile.
//
//   node process-watch.mjs FILE LAB
import { appendFileSync, readdirSync, readFileSync, statSync } from 'node:fs';

const [file, lab] = process.argv.slice(2);
const watched = new Map();
const oldest = process.pid;
const seen = new Set();
process.on('SIGTERM', () => process.exit(0));
process.stdout.write('watching\n');
look();

function look() {
  const until = Date.now() + 50;
  while (Date.now() < until) {
    for (const pid of readdirSync('/proc')) {
      if (!(Number(pid) > oldest) || !isWatched(pid)) continue;
      let line;
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        if (words === '') continue;
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        line = `${statSync(`/proc/${pid}`).uid}\u0001${words}\u0001${environment}`;
      } catch {
        continue;
      }
      if (seen.has(line)) continue;
      seen.add(line);
      appendFileSync(file, `${line.replaceAll('\0', '\u0001')}\n\0`);
    }
  }
  setImmediate(look);
}

/** Others use this machine as well. A process is of one kind from its birth on. */
function isWatched(pid) {
  let known = watched.get(pid);
  if (known === undefined) {
    try {
      known =
        readFileSync(`/proc/${pid}/cgroup`, 'latin1').includes(`/tsible-lab/${lab}/`) ||
        readFileSync(`/proc/${pid}/environ`, 'latin1').includes('TSIBLE_WATCHED=');
    } catch {
      return false;
    }
    watched.set(pid, known);
  }
  return known;
}
