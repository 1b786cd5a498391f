import { DiskRefusedError } from './disk.errors.js';
import { type DiskLayout, layoutAround, layoutWithin } from './disk-layout.js';
import type { FilesystemJob } from './filesystem-job.js';
import { shell } from './shell.js';
import { GIB, inMiB, MIB, roundUp } from './sizes.js';
import { DISK_TIME_SECONDS, runTools } from './tool-run.js';
import { entryAt, type TreeSurvey } from './tree-survey.js';
import { RAW_DISK } from './work-files.js';

/** `mksquashfs` reads holes as the zeros they stand for: more of them would only keep it busy. */
const MAX_HOLES_BYTES = 64 * GIB;

/**
 * Makes the file system in its place on the raw disk, as large as it turns out, and then the disk around it.
 * @throws DiskRefusedError where it is larger than the disk that was asked for
 */
export async function makeSquashfs(job: FilesystemJob): Promise<DiskLayout> {
  const { root, options, survey, bootBytes } = job;
  refuseHoles(survey.apparentBytes - survey.allocatedBytes);
  const startBytes = layoutAround(options.partitioning, bootBytes, 0).root.startBytes;
  const printed = await runTools(root, [
    `${mksquashfs(startBytes, hostnameFile(options.hostname, survey))} >/dev/null`,
    shell`stat -c %s ${RAW_DISK}`,
  ]);
  const requiredBytes = roundUp(Number(printed.trim()) - startBytes, MIB);
  const layout = layOut(job, requiredBytes);
  await runTools(root, [shell`truncate -s ${layout.sizeBytes} ${RAW_DISK}`]);
  return layout;
}

function refuseHoles(holesBytes: number): void {
  if (holesBytes <= MAX_HOLES_BYTES) return;
  throw new DiskRefusedError(
    `The tree has files with holes of ${inMiB(holesBytes)}; squashfs takes at most ${inMiB(MAX_HOLES_BYTES)}, ext4 any`,
  );
}

function mksquashfs(startBytes: number, files: readonly string[]): string {
  const options = ['-noappend', '-quiet', '-no-progress', '-comp', 'zstd', '-mkfs-time', DISK_TIME_SECONDS];
  // With that variable it would set back the times of all files that are younger.
  return shell`env -u SOURCE_DATE_EPOCH mksquashfs . ${RAW_DISK} -offset ${startBytes} ${options} ${files}`;
}

/** In place of what the tree has there. The name is letters, digits, dots and hyphens, and so safe in a command. */
function hostnameFile(hostname: string | undefined, survey: TreeSurvey): string[] {
  if (hostname === undefined) return [];
  const folder = ['-p', `etc D ${DISK_TIME_SECONDS} 0755 0 0`];
  const file = ['-p', `etc/hostname F ${DISK_TIME_SECONDS} 0644 0 0 echo ${hostname}`];
  return [...(entryAt(survey, 'etc') ? [] : folder), ...file, '-e', 'etc/hostname'];
}

function layOut({ options, bootBytes }: FilesystemJob, requiredBytes: number): DiskLayout {
  const { partitioning, sizeBytes } = options;
  const smallest = layoutAround(partitioning, bootBytes, requiredBytes);
  if (sizeBytes === undefined) return smallest;
  if (sizeBytes >= smallest.sizeBytes) return layoutWithin(partitioning, bootBytes, sizeBytes);
  throw new DiskRefusedError(
    `The disk is too small: ${inMiB(sizeBytes)} were asked for, but the tree needs a disk of at least ` +
      `${inMiB(smallest.sizeBytes)} (size_bytes ${smallest.sizeBytes})`,
  );
}
