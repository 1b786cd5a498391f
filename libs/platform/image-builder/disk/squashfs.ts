import { DiskRefusedError } from './disk.errors.js';
import { type DiskLayout, layoutAround } from './disk-layout.js';
import type { FilesystemJob } from './filesystem-job.js';
import { fittingLayout } from './fitting-layout.js';
import { shell } from './shell.js';
import { GIB, inMiB, MIB, roundUp } from './sizes.js';
import { DISK_TIME_SECONDS, runTools } from './tool-run.js';
import { RAW_DISK } from './work-files.js';

/** `mksquashfs` reads holes as the zeros they stand for: more of them would only keep it busy. */
const MAX_HOLES_BYTES = 64 * GIB;

/**
 * Makes the file system in its place on the raw disk, as large as it turns out, and then the disk around it.
 * @throws DiskRefusedError where it is larger than the disk that was asked for
 */
export async function makeSquashfs(job: FilesystemJob): Promise<DiskLayout> {
  const { root, options, survey, bootBytes, preparation } = job;
  refuseHoles(survey.apparentBytes - survey.allocatedBytes);
  const startBytes = layoutAround(options.partitioning, bootBytes, 0).root.startBytes;
  const printed = await runTools(root, [
    ...preparation,
    `${mksquashfs(startBytes)} >/dev/null`,
    shell`stat -c %s ${RAW_DISK}`,
  ]);
  const requiredBytes = roundUp(Number(printed.trim()) - startBytes, MIB);
  const layout = fittingLayout(job, { smallestBytes: requiredBytes, roomyBytes: requiredBytes });
  await runTools(root, [shell`truncate -s ${layout.sizeBytes} ${RAW_DISK}`]);
  return layout;
}

function refuseHoles(holesBytes: number): void {
  if (holesBytes <= MAX_HOLES_BYTES) return;
  throw new DiskRefusedError(
    `The tree has files with holes of ${inMiB(holesBytes)}; squashfs takes at most ${inMiB(MAX_HOLES_BYTES)}, ext4 any`,
  );
}

function mksquashfs(startBytes: number): string {
  const options = ['-noappend', '-quiet', '-no-progress', '-comp', 'zstd', '-mkfs-time', DISK_TIME_SECONDS];
  // With that variable it would set back the times of all files that are younger.
  return shell`env -u SOURCE_DATE_EPOCH mksquashfs . ${RAW_DISK} -offset ${startBytes} ${options}`;
}
