/** What a process has started, from /proc, so that a check can tell that nothing of it is left. */
import { readdirSync, readFileSync } from 'node:fs';

/** Its children and theirs, also those that lead a process group of their own. */
export function descendantsOf(pid) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => look(Number(name)) ?? []);
  const below = (parent) => all.filter((each) => each.parent === parent).flatMap((each) => [each, ...below(each.pid)]);
  return below(pid);
}

/** A zombie is gone, and so is a process whose number another one has by now. */
export function stillRunning(processes) {
  return processes.filter(({ pid, startedAt }) => {
    const found = look(pid);
    return found !== undefined && found.state !== 'Z' && found.startedAt === startedAt;
  });
}

function look(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 80);
    return { pid, state: fields[0], parent: Number(fields[1]), startedAt: fields[19], command };
  } catch {
    return undefined;
  }
}
