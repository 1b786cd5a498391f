import type { DiskIdentity } from './disk-identity.js';
import type { Architecture, DiskOptions, Partitioning } from './disk-options.js';
import { rootPartitionId } from './partition-table.js';

/** The first serial port, where a machine without a screen speaks. The console that is named last gets the messages of init. */
const SERIAL: Readonly<Record<Architecture, string>> = { x86_64: 'ttyS0,115200', aarch64: 'ttyAMA0,115200' };

/** What the kernel is told: where its root is, where to speak, and then what the caller wants, who so has the last word. */
export function kernelArguments(
  { filesystem, architecture, kernelArguments: more = '' }: DiskOptions,
  partitioning: Exclude<Partitioning, 'none'>,
  identity: DiskIdentity,
): string {
  const own = [
    `root=PARTUUID=${rootPartitionId(partitioning, identity)}`,
    filesystem === 'squashfs' ? 'ro' : 'rw',
    'console=tty0',
    `console=${SERIAL[architecture]}`,
  ];
  return [...own, more.trim()].join(' ').trim();
}
