export { newBlobKey } from './blob-key.js';
export { BlobStore } from './blob-store.js';
export type { ByteRange, StagedBlob } from './blob-store.js';
export { FreeSpaceGuard, freeBytesAt } from './drivers/filesystem/free-space.js';
export { FilesystemBlobStore } from './drivers/filesystem/filesystem-blob-store.js';
export { MemoryBlobStore } from './drivers/memory/memory-blob-store.js';
export { releaseMemory } from './release-memory.js';
export { BlobNotFoundError, StorageError, StorageFullError } from './storage.errors.js';
export { StorageModule } from './storage.module.js';
