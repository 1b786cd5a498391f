export { assembleDisk, type AssembledDisk, type AssemblyWatch } from './assemble-disk.js';
export { type DiskOptions, readDiskOptions } from './disk-options.js';
export { assertDiskPossible } from './worker-programs.js';
export { DiskProgramMissingError, DiskRefusedError } from './disk.errors.js';
