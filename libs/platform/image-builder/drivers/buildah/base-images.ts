import { createWriteStream } from 'node:fs';
import { access, chmod } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type EnclosureMount, SandboxedProgramError } from '#platform/sandbox';
import { BaseUnavailableError } from '../../image-builder.errors.js';
import type { BuildBase, BuildRequest } from '../../image-builder.js';
import type { Attempt } from './attempt.js';
import { hostOf } from './configuration.js';
import { explainPull } from './pull-failure.js';

const NOTHING = (): void => undefined;
/** What programs need to find other machines and to trust them. */
const NETWORK_FILES = [
  '/etc/resolv.conf',
  '/etc/hosts',
  '/etc/nsswitch.conf',
  '/etc/ssl/certs',
  '/etc/ca-certificates',
];

export interface KnownBase {
  readonly reference: string;
  /** With its algorithm. */
  readonly digest: string;
}

/** Puts images of ours into the storage, where the Dockerfile finds them. */
export async function importBases(attempt: Attempt, bases: readonly BuildBase[]): Promise<KnownBase[]> {
  for (const base of bases) await importBase(attempt, base, `${hostOf(bases)}/${base.reference}`);
  return bases.map(({ reference, sha256 }) => ({ reference, digest: `sha256:${sha256}` }));
}

/** Under the digest it stays there for other builds; the name is that of this one, and of others with the same bases. */
async function importBase(attempt: Attempt, base: BuildBase, name: string): Promise<void> {
  const known = `localhost/base:${base.sha256}`;
  try {
    if (!(await has(attempt, known))) {
      const path = attempt.folder.input(base.sha256);
      await pipeline(await base.open(), createWriteStream(path));
      await chmod(path, 0o644);
      const id = await attempt.capture('buildah', ['pull', '--quiet', `oci-archive:/input/${base.sha256}`]);
      await attempt.run('buildah', ['tag', id.trim(), known]);
    }
    await attempt.run('buildah', ['tag', known, name]);
  } catch (error) {
    throw unavailable(base.reference, error);
  }
}

async function has(attempt: Attempt, name: string): Promise<boolean> {
  try {
    await attempt.run('buildah', ['images', '--quiet', name]);
    return true;
  } catch (error) {
    if (error instanceof SandboxedProgramError) return false;
    throw error;
  }
}

/**
 * Fetches images of other registries: the one step that reaches all that we reach, and runs nothing of theirs. Where a
 * connection breaks, buildah tries again by itself for some seconds, which costs the operation no attempt.
 */
export async function pullImages(
  attempt: Attempt,
  { pulls, log }: Pick<BuildRequest, 'pulls' | 'log'>,
): Promise<KnownBase[]> {
  const known: KnownBase[] = [];
  for (const pull of pulls) {
    const isPlain = pull.startsWith('http://');
    const reference = pull.replace(/^https?:\/\//, '');
    const args = ['pull', `--tls-verify=${!isPlain}`, '--', `docker://${reference}`];
    const asked = {
      network: 'host',
      mounts: await networkMounts(),
      onLine: (line: string) => log(line, 'system'),
    } as const;
    try {
      await attempt.run('buildah', args, asked);
      const query = ['inspect', '--type', 'image', '--format', '{{.FromImageDigest}}', '--', reference];
      known.push({ reference, digest: (await attempt.capture('buildah', query, { onLine: NOTHING })).trim() });
    } catch (error) {
      throw unavailable(reference, error);
    }
  }
  return known;
}

/** Those of this machine that there are. */
export async function networkMounts(): Promise<EnclosureMount[]> {
  const found = await Promise.all(NETWORK_FILES.map((path) => access(path).then(() => path, NOTHING)));
  return found.flatMap((path) => (path ? [{ from: path, to: path }] : []));
}

function unavailable(reference: string, error: unknown): unknown {
  if (!(error instanceof SandboxedProgramError)) return error;
  const { reason, isRetryable } = explainPull(error);
  return new BaseUnavailableError(reference, reason, isRetryable);
}
