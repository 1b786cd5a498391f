import { dirname } from 'node:path';
import { ONCE_CONNECTED } from './address-translation.js';
import type { EnclosureJob, EnclosureMount } from './enclosure-job.js';
import { systemMounts } from './mounts.js';
import { hard, limitedBy } from './resource-limits.js';
import { transientUser } from './stranger.js';

const OWN_FOLDER = '/work';
/** Room in the program's `/tmp` and `/dev/shm`, which are memory. */
const TMP_BYTES = 16 * 2 ** 20;

const NEW_NAMESPACES = ['--unshare-ipc', '--unshare-pid', '--unshare-uts', '--unshare-cgroup-try'];
/** Nothing outlives us, and nothing reaches our terminal. */
const BOUND_TO_US = ['--die-with-parent', '--new-session'];

/**
 * In a new user namespace, by descriptor 3: tells that it is there, waits for the users that we give it, becomes their
 * root, and forbids further user namespaces, which are the way to most flaws of a kernel.
 */
const BECOME_ROOT = [
  'echo >&3; read -r _ <&3 || exit 1; exec 3>&-',
  `exec setpriv --reuid 0 --regid 0 --clear-groups -- sh -c 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"' sh "$@"`,
].join('\n');

/** How many processes stand between the one that we start and the one that has the new user namespace. */
export const wrappersOf = (isRoot: boolean): number => (isRoot ? 2 : 0);

/** The whole command line of a job. Root wraps it once more, so that it reaches the folders wherever they are. */
export async function enclosureLine(job: EnclosureJob, isRoot: boolean): Promise<string[]> {
  const system = await systemMounts();
  const mounts: EnclosureMount[] = [{ from: job.dir, to: OWN_FOLDER, writable: true }, ...(job.mounts ?? [])];
  const connected = job.network === 'translated' ? ONCE_CONNECTED : [];
  const program = [...connected, ...limits(job, isRoot), job.command, ...job.args];
  const userNamespace = ['unshare', '--user', '--keep-caps', '--', 'sh', '-c', BECOME_ROOT, 'sh'];
  if (!isRoot) return [...userNamespace, ...inner(job, system, mounts), ...program];
  const seen = mounts.map((mount) => ({ ...mount, from: mount.to }));
  return [...outer(system, mounts), ...asNobody(job), ...userNamespace, ...inner(job, system, seen), ...program];
}

/**
 * What holds the program. The kernel lets its root mount and unmount, but only what is inside: what we mounted comes from
 * users whom the enclosure does not have.
 */
function inner(job: EnclosureJob, system: readonly string[], mounts: readonly EnclosureMount[]): string[] {
  return [
    ...['bwrap', ...NEW_NAMESPACES, ...(job.network === 'host' ? [] : ['--unshare-net']), ...BOUND_TO_US],
    ...['--cap-add', 'ALL', ...system, '--dir', '/sys', '--proc', '/proc', '--dev', '/dev'],
    ...['--size', String(TMP_BYTES), '--tmpfs', '/dev/shm', '--size', String(TMP_BYTES), '--tmpfs', '/tmp'],
    ...['--dir', '/var', '--symlink', `${OWN_FOLDER}/tmp`, '/var/tmp'],
    ...[...bound(mounts), '--chdir', OWN_FOLDER, '--'],
  ];
}

/**
 * What root puts around it: the same view, with the `/proc` of the machine, without which nobody may mount another. It
 * has a namespace of processes too: with us dies the first in there, who is still root, and with that one all others,
 * whom root without its rights could not end.
 */
function outer(system: readonly string[], mounts: readonly EnclosureMount[]): string[] {
  return [
    ...['bwrap', '--unshare-pid', ...BOUND_TO_US, '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID'],
    ...[...system, '--dev-bind', '/proc', '/proc', '--dev', '/dev', '--dir', '/tmp'],
    ...[...bound(mounts), '--'],
  ];
}

/** Folders that a mount needs would be made closed to others, so they are made before. */
function bound(mounts: readonly EnclosureMount[]): string[] {
  return mounts.flatMap(({ from, to, writable }) => [
    ...parents(to).flatMap((parent) => ['--dir', parent]),
    ...[writable ? '--bind' : '--ro-bind', from, to],
  ]);
}

function parents(path: string): string[] {
  const parent = dirname(path);
  return parent === '/' ? [] : [...parents(parent), parent];
}

/**
 * Root's user namespace is made by a user made up for the run: the kernel then counts all processes in it, whoever they
 * are inside, as that user's, and holds them to the limit together (since Linux 5.14).
 */
function asNobody({ limits: { processes } }: EnclosureJob): string[] {
  const id = String(transientUser());
  return ['setpriv', '--reuid', id, '--regid', id, '--clear-groups', '--', 'prlimit', hard('nproc', processes), '--'];
}

/**
 * Per process: what would reserve address space without using it (Go, Java) is not held to account for that, so the limit
 * of memory is one on what is written to. An ordinary user's processes outside count for no user inside.
 */
function limits({ limits: asked }: EnclosureJob, isRoot: boolean): string[] {
  const processes = isRoot ? [] : [hard('nproc', asked.processes)];
  return limitedBy(asked, hard('data', asked.memoryBytes), ...processes);
}
