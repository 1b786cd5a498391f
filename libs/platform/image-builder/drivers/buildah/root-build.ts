import { SandboxedProgramError, SandboxLimitError, TRANSLATED_NAME_SERVER } from '#platform/sandbox';
import type { BuildRequest } from '../../image-builder.js';
import type { Attempt, RunOptions } from './attempt.js';
import { networkMounts } from './base-images.js';
import { formatFor } from './image-format.js';
import { StepLog } from './step-log.js';

/** Of all that is built: 1 January 1980, the first day that every file system knows. The same input makes the same bytes. */
const TIMESTAMP_SECONDS = 315_532_800;

const RESOLVER = '/etc/resolv.conf';

/**
 * What to build, and from what. The submitted Dockerfile lies beside the context, and wins over one in there; the context
 * has been filtered already.
 */
const BUILD = [
  ...['build', '--isolation', 'chroot', '--layers', '--force-rm', '--pull-never', '--no-hosts'],
  ...['--timestamp', String(TIMESTAMP_SECONDS), '--iidfile', '/work/image-id'],
  ...['--file', '/input/Dockerfile', '--ignorefile', '/input/ignore-nothing'],
];

/**
 * Puts a mount of the enclosure's own over the context: the ones it was given cannot be mounted anew, read-only, as a
 * `RUN --mount=type=bind` wants. Where the kernel has no such mounts, the context is used as it is.
 */
const OVER_CONTEXT = [
  'mkdir -p /work/over/changes /work/over/work',
  'mount -t overlay -o userxattr,lowerdir=/work/context,upperdir=/work/over/changes,workdir=/work/over/work over /work/context',
  'exec buildah "$@"',
].join(' 2>/dev/null; ');

/**
 * Builds the root filesystem. @param onProgress from 0 to 100
 * @returns the image's id in the storage
 * @throws BuildFailedError, as `Attempt.run`
 */
export async function buildRoot(
  attempt: Attempt,
  request: BuildRequest,
  onProgress: (percent: number) => void,
): Promise<string> {
  const { buildArgs = {}, target, networkAllowed, log } = request;
  const dockerfile = formatFor(request.dockerfile);
  await giveInput(attempt, { ...request, dockerfile: dockerfile.text });
  const steps = new StepLog(dockerfile.text, onProgress);
  const named = Object.entries(buildArgs).map(([name, value]) => `--build-arg=${name}=${value}`);
  const args = [
    ...BUILD,
    ...dockerfile.options,
    ...(networkAllowed ? [] : ['--dns=none']),
    ...named,
    ...(target === undefined ? [] : [`--target=${target}`]),
    '/work/context',
  ];
  const network = networkAllowed ? await translated(attempt) : {};
  try {
    await attempt.run('sh', ['-c', OVER_CONTEXT, 'buildah', ...args], {
      ...network,
      onLine: (line, stream) => {
        if (stream === 'stdout') steps.add(line);
        return log(line, stream);
      },
    });
  } catch (error) {
    if (error instanceof SandboxLimitError) throw new SandboxLimitError('buildah', error.limit); // which the shell became
    throw error instanceof SandboxedProgramError ? steps.explain(error) : error;
  }
  return (await attempt.capture('cat', ['/work/image-id'])).trim().replace(/^sha256:/, '');
}

async function giveInput(attempt: Attempt, { context, dockerfile }: BuildRequest): Promise<void> {
  // Nobody's owners count in a context: what is copied from it belongs to root, or to whom the Dockerfile says.
  const unpack = [
    '--extract',
    '--preserve-permissions',
    '--no-same-owner',
    '--directory',
    '/work/context',
    '--file',
    '-',
  ];
  if (context) await attempt.run('tar', unpack, { input: context() });
  await attempt.folder.write('Dockerfile', dockerfile);
  await attempt.folder.write('ignore-nothing', '');
}

/** The network by a translation of addresses, which has a name server of its own. */
async function translated({ folder }: Attempt): Promise<RunOptions> {
  await folder.write('etc/resolv.conf', `nameserver ${TRANSLATED_NAME_SERVER}\n`);
  const others = (await networkMounts()).filter(({ to }) => to !== RESOLVER);
  return { network: 'translated', mounts: [...others, { from: folder.input('etc/resolv.conf'), to: RESOLVER }] };
}
