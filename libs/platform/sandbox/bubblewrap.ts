import type { Confined, Confinement } from './confinement.js';
import { type Mount, ownMounts, systemMounts } from './mounts.js';
import { hard, limitedBy } from './resource-limits.js';
import { type SandboxArgument, type SandboxJob, worded } from './sandbox-job.js';
import { Stranger } from './stranger.js';

const OWN_FOLDER = '/work';
/** Room in the program's `/tmp`, which is memory. */
const TMP_BYTES = 16 * 2 ** 20;
/** Who the program believes to be. */
const NOBODY = '65534';

const NEW_NAMESPACES = ['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'];
/** Nothing outlives us, and nothing reaches our terminal. */
const BOUND_TO_US = ['--die-with-parent', '--new-session'];

/**
 * Confinement by bubblewrap: namespaces of its own for users, processes, network, IPC, and mounts; no capabilities; no
 * `/proc`; read-only but for its own folder and a small `/tmp`.
 *
 * An ordinary user's program keeps that user's id. Root's must not, so root wraps it once more: an outer bubblewrap, which
 * can reach the folder wherever it is, becomes a user made up for this run and starts the inner one as that.
 */
export class Bubblewrap implements Confinement {
  readonly remedy =
    'install the package bubblewrap (0.8 or newer), and let the kernel make user namespaces (the sysctl settings ' +
    'user.max_user_namespaces, kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns; in a ' +
    'container, its security profile); or set SANDBOX=none where the machine itself is confined';

  async confine(job: SandboxJob): Promise<Confined> {
    const files = job.args.flatMap((arg) => (typeof arg === 'string' ? [] : [arg.readOnlyFile]));
    const mounts: Mount[] = [
      { option: '--bind', from: job.dir, to: OWN_FOLDER },
      ...files.map((from, index): Mount => ({ option: '--ro-bind', from, to: `/input/${index}` })),
    ];
    const system = await systemMounts();
    const { memoryBytes, processes } = job.limits;
    const limits = limitedBy(job.limits, hard('as', memoryBytes), hard('nproc', processes));
    const program = [...limits, job.command, ...words(job.args)];
    if (process.getuid?.() !== 0) {
      return { line: [...inner(system, mounts), ...program], cwd: '/', release: () => Promise.resolve() };
    }
    const stranger = await Stranger.invite(job.dir, files);
    const seen = mounts.map(({ option, to }) => ({ option, from: to, to }));
    const line = [...outer(system, mounts), ...becoming(stranger), ...inner(system, seen), ...program];
    return { line, cwd: '/', release: () => stranger.leave() };
  }
}

/** The arguments as texts: the files in the order in which they are mounted. */
function words(args: readonly SandboxArgument[]): string[] {
  let files = 0;
  return args.map((arg) => (typeof arg === 'string' ? arg : worded(arg, `/input/${files++}`)));
}

/** What holds the program. */
function inner(system: readonly string[], mounts: readonly Mount[]): string[] {
  return [
    ...['bwrap', '--unshare-user', ...NEW_NAMESPACES, ...BOUND_TO_US],
    ...['--disable-userns', '--uid', NOBODY, '--gid', NOBODY, '--cap-drop', 'ALL'],
    ...[...system, '--dev', '/dev', '--remount-ro', '/dev'],
    ...['--size', String(TMP_BYTES), '--tmpfs', '/tmp'],
    ...[...ownMounts(mounts), '--chdir', OWN_FOLDER, '--remount-ro', '/', '--'],
  ];
}

/** What root puts around it: the same view, with the `/proc` and the `/tmp` that the inner bubblewrap works with. */
function outer(system: readonly string[], mounts: readonly Mount[]): string[] {
  return [
    ...['bwrap', ...NEW_NAMESPACES, ...BOUND_TO_US, '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID'],
    ...[...system, '--proc', '/proc', '--dev', '/dev', '--dir', '/tmp'],
    ...[...ownMounts(mounts), '--'],
  ];
}

function becoming({ id, groups }: Stranger): string[] {
  const also = groups.length > 0 ? ['--groups', groups.join(',')] : ['--clear-groups'];
  return ['setpriv', '--reuid', String(id), '--regid', String(id), ...also, '--'];
}
