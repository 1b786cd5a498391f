import { join } from 'node:path';
import { QCOW2_OPTIONS } from '#platform/qemu-img';
import type { RootFilesystem } from '../root-filesystem.js';
import { bootPartitionCommands } from './boot-partition.js';
import { type BootPlan, named, planBoot } from './boot-plan.js';
import { DiskIdentity } from './disk-identity.js';
import type { DiskLayout } from './disk-layout.js';
import type { DiskOptions } from './disk-options.js';
import { loaderFiles } from './efi-loader.js';
import { layOutExt4, makeExt4 } from './ext4.js';
import type { FilesystemJob } from './filesystem-job.js';
import { HOST_NAME_INODES, hostNameCommands } from './host-name.js';
import { kernelArguments } from './kernel-arguments.js';
import { partitionTable } from './partition-table.js';
import { shell } from './shell.js';
import { inMiB } from './sizes.js';
import { makeSquashfs } from './squashfs.js';
import { runTools } from './tool-run.js';
import { TreePaths } from './tree-paths.js';
import { surveyTree, treeLookup, type TreeSurvey } from './tree-survey.js';
import { DISK_NAME, QCOW2_DISK, RAW_DISK } from './work-files.js';
import { BOOT_CODE, programsFor, requirePrograms } from './worker-programs.js';
import { layOutXfs, makeXfs } from './xfs.js';

/** Whoever waits for a disk. */
export interface AssemblyWatch {
  readonly signal: AbortSignal;
  /** A line for the build's log. */
  readonly log: (line: string) => void;
  /** From 0 to 100, ascending. */
  readonly onProgress: (percent: number) => void;
}

export interface AssembledDisk {
  /** Absolute path of a compressed QCOW2, in the attempt's folder. */
  readonly path: string;
  readonly bootable: boolean;
  /** What can start it. */
  readonly firmware: readonly Firmware[];
}

type Firmware = 'bios' | 'uefi';

/** How far the whole is when a step begins, in percent. */
const PROGRESS = { planned: 5, filled: 40, done: 100 };

/**
 * Makes a disk of a tree: file system, partition table, boot partition, QCOW2. Everything is done by programs that run with
 * the tree; we read nothing of it, and change nothing but its `/etc/hostname`. The same tree and options make the same bytes, with the same tools.
 * @throws DiskRefusedError, DiskProgramMissingError, the signal's reason, or as `RootFilesystem.run`
 */
export async function assembleDisk(
  root: RootFilesystem,
  options: DiskOptions,
  asked: AssemblyWatch,
): Promise<AssembledDisk> {
  const steps = new Steps(asked);
  const { survey, boot } = await plan(root, options);
  requirePrograms(programsFor(options, boot !== undefined), survey.missing);
  tellPlan(survey, boot, options, asked.log);

  steps.reached(PROGRESS.planned);
  const identity = new DiskIdentity(options.seed);
  const job = { root, options, identity, bootBytes: boot?.sizeBytes ?? 0, ...prepared(options, survey) };
  const layout = await makeFilesystem(job);
  asked.log(`A disk of ${inMiB(layout.sizeBytes)}, ${inMiB(layout.root.sizeBytes)} of it ${options.filesystem}`);

  steps.reached(PROGRESS.filled);
  await runTools(root, [
    ...bootCommands(job, layout, boot),
    shell`qemu-img convert -f raw -O qcow2 -c -o ${QCOW2_OPTIONS} ${RAW_DISK} ${QCOW2_DISK}`,
    shell`rm ${RAW_DISK}`,
  ]);
  steps.reached(PROGRESS.done);
  const firmware = boot ? firmwareOf(options, boot) : [];
  return { path: join(root.dir, DISK_NAME), bootable: boot !== undefined, firmware };
}

/** Tells how far the work is, and stops between two steps of it. */
class Steps {
  constructor(private readonly asked: AssemblyWatch) {
    this.reached(0);
  }

  reached(percent: number): void {
    this.asked.signal.throwIfAborted();
    this.asked.onProgress(percent);
  }
}

async function plan(
  root: RootFilesystem,
  options: DiskOptions,
): Promise<{ survey: TreeSurvey; boot: BootPlan | undefined }> {
  const loaders = loaderFiles(options.architecture);
  const ways = waysTo(['boot', 'etc/hostname', ...loaders.map((path) => path.slice(1))]);
  const survey = await surveyTree(root, [...programsFor(options, true), ...loaders], ways);
  if (options.partitioning === 'none') return { survey, boot: undefined };
  const paths = new TreePaths(treeLookup(root));
  paths.know([...ways, ...survey.entries.map(({ path }) => path)], survey.entries);
  const boot = await planBoot(root, options, survey, paths);
  return { survey, boot: boot && firmwareOf(options, boot).length > 0 ? boot : undefined };
}

/** The tree as it will be, and what makes it so. */
function prepared({ hostname }: DiskOptions, survey: TreeSurvey): Pick<FilesystemJob, 'survey' | 'preparation'> {
  if (hostname === undefined) return { survey, preparation: [] };
  const inodes = survey.inodes + HOST_NAME_INODES;
  return { survey: { ...survey, inodes }, preparation: hostNameCommands(hostname, survey) };
}

/** Paths and all folders on the way to them, each once. */
function waysTo(paths: readonly string[]): string[] {
  const ways = paths.flatMap((path) => path.split('/').map((_, index, all) => all.slice(0, index + 1).join('/')));
  return [...new Set(ways)];
}

function firmwareOf({ architecture }: DiskOptions, { loader }: BootPlan): Firmware[] {
  return [...(architecture === 'x86_64' ? (['bios'] as const) : []), ...(loader ? (['uefi'] as const) : [])];
}

function tellPlan(
  survey: TreeSurvey,
  boot: BootPlan | undefined,
  options: DiskOptions,
  log: AssemblyWatch['log'],
): void {
  log(`The root filesystem has ${inMiB(survey.allocatedBytes)} in ${survey.inodes} files and folders`);
  if (boot) {
    const by = [...(options.architecture === 'x86_64' ? ['syslinux'] : []), ...(boot.loader ? [boot.loader.kind] : [])];
    log(`Boots the kernel ${named(boot.kernel)} with ${named(boot.initrd)} by ${by.join(' and ')}`);
  } else if (options.partitioning === 'none') {
    log('The disk cannot boot by itself: without partitions there is no room for a boot loader');
  } else {
    log('The disk cannot boot by itself: there is no kernel with an initrd in /boot or /, or no boot loader for it');
  }
}

async function makeFilesystem(job: FilesystemJob): Promise<DiskLayout> {
  if (job.options.filesystem === 'squashfs') return makeSquashfs(job);
  const [layOut, make] = job.options.filesystem === 'ext4' ? [layOutExt4, makeExt4] : [layOutXfs, makeXfs];
  const layout = layOut(job);
  await make(job, layout);
  return layout;
}

/** The partition table, and what of it a computer starts. */
function bootCommands({ options, identity }: FilesystemJob, layout: DiskLayout, plan?: BootPlan): string[] {
  const { partitioning, architecture } = options;
  if (partitioning === 'none') return [];
  const table = partitionTable(layout, { partitioning, architecture, identity, isEsp: plan?.loader !== undefined });
  const quietly = ['-q', '--no-reread', '--no-tell-kernel', '--wipe', 'never', '--wipe-partitions', 'never'];
  const commands = [shell`printf %s ${table} | sfdisk ${quietly} ${RAW_DISK}`];
  if (!plan || !layout.boot) return commands;
  const words = kernelArguments(options, partitioning, identity);
  const boot = { plan, extent: layout.boot, architecture, kernelArguments: words, identity };
  const code = shell`dd if=${BOOT_CODE[partitioning]} of=${RAW_DISK} bs=440 count=1 conv=notrunc status=none`;
  return [...commands, ...(architecture === 'x86_64' ? [code] : []), ...bootPartitionCommands(boot)];
}
