// Looks at the argument lists and environments of a lab's processes and of those that have TSIBLE_WATCHED in their
// environment, again and again, and writes each different one down, with its user. A program of its own: whoever
// runs the tests has other things to do meanwhile.
//
//   node process-watch.mjs FILE LAB
import { appendFileSync, readdirSync, readFileSync, statSync } from 'node:fs';

const [file, lab] = process.argv.slice(2);
const watched = new Map();
// By name, not by number: numbers begin anew when they are used up.
const older = new Set(readdirSync('/proc'));
const seen = new Set();
process.on('SIGTERM', () => process.exit(0));
process.stdout.write('watching\n');
look();

function look() {
  const until = Date.now() + 50;
  while (Date.now() < until) {
    const there = readdirSync('/proc');
    forgetAllBut(new Set(there));
    for (const pid of there) {
      if (older.has(pid) || !isWatched(pid)) continue;
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

/** The number of a process that has ended is given to another one in time. */
function forgetAllBut(there) {
  for (const pid of older) if (!there.has(pid)) older.delete(pid);
  for (const pid of watched.keys()) if (!there.has(pid)) watched.delete(pid);
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
