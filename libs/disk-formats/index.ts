export type { ByteSource } from './byte-source.js';
export { DISK_FORMATS, type DiskFacts, type DiskFormat, type DiskLimits } from './disk-facts.js';
export { inspectDisk } from './inspect-disk.js';
export { DiskRefusedError } from './refusal.js';
