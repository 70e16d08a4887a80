// Processor time of processes, all their threads included: what neighbours on the machine disturb least. Linux only.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Ticks a second, as every Linux shows them. */
const TICKS = 100;

/** Milliseconds that these processes, and those that they started, have used so far. Undefined where the system does not tell. */
export function processorTime(pids) {
  try {
    return pids.flatMap(withChildren).reduce((sum, pid) => sum + ticksOf(pid), 0) * (1000 / TICKS);
  } catch {
    return undefined;
  }
}

/** Own time, and that of children which have ended. */
function ticksOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}

function withChildren(pid) {
  const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return [pid, ...all.flatMap(([one, parent]) => (parent === pid ? [one] : []))];
}
