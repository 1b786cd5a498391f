import { join } from 'node:path';
import type { BuildRequest, BuiltImage } from '../../image-builder.js';
import type { Attempt } from './attempt.js';
import { BuiltRoot } from './built-root.js';

const ARCHIVE = 'root.tar';

type Results = Pick<BuiltImage, 'disk' | 'diskPath' | 'rootFilesystemPath'>;

/** Makes the disk, and beside it the archive of its root filesystem. Neither goes on when the other has failed. */
export async function makeResults(attempt: Attempt, imageId: string, request: BuildRequest): Promise<Results> {
  const failure = new AbortController();
  const signal = AbortSignal.any([request.signal, failure.signal]);
  const both = attempt.under(signal);
  const [disk] = await allOrNone(
    [makeDisk(both, imageId, { ...request, signal }), makeArchive(both, imageId)],
    failure,
  );
  const { bootable, firmware, path } = disk;
  return {
    disk: { bootable, firmware },
    diskPath: await attempt.folder.take(path, 'disk.qcow2'),
    rootFilesystemPath: await attempt.folder.take(join(attempt.folder.work, ARCHIVE), ARCHIVE),
  };
}

function makeDisk(attempt: Attempt, imageId: string, request: BuildRequest): ReturnType<BuildRequest['assembleDisk']> {
  const { assembleDisk, signal, log, onProgress } = request;
  const logs: Promise<void>[] = [];
  const tell = (line: string): void => {
    logs.push(Promise.resolve(log(line, 'system')));
  };
  return BuiltRoot.during(attempt, imageId, async (root) => {
    const disk = await assembleDisk(root, { signal, log: tell, onProgress });
    await Promise.all(logs);
    return disk;
  });
}

/** The same image gives the same bytes, which an archive of buildah's own would not: it holds the time. */
async function makeArchive(attempt: Attempt, imageId: string): Promise<void> {
  await attempt.run('buildah', ['push', '--quiet', '--compression-format', 'zstd', imageId, 'oci:/work/archive']);
  const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX'];
  await attempt.run('tar', [
    '--create',
    `--file=/work/${ARCHIVE}`,
    ...same,
    '--directory=/work/archive',
    '--remove-files',
    '.',
  ]);
}

/** Waits for all of it in any case: nothing runs any more when this ends. */
async function allOrNone<A, B>(works: [Promise<A>, Promise<B>], failure: AbortController): Promise<[A, B]> {
  const first = Promise.all(works);
  first.catch((error: unknown) => failure.abort(error));
  await Promise.allSettled(works);
  return first;
}
