export {
  assertDiskPossible,
  assembleDisk,
  type AssembledDisk,
  type AssemblyWatch,
  type DiskOptions,
  DiskProgramMissingError,
  DiskRefusedError,
  readDiskOptions,
} from './disk/index.js';
export { BuildahImageBuilder } from './drivers/buildah/buildah-image-builder.js';
export { ImageBuilder } from './image-builder.js';
export type { AssembleDisk, BuildBase, BuildRequest, BuiltImage } from './image-builder.js';
export { BaseUnavailableError, BuildFailedError, BuildToolMissingError } from './image-builder.errors.js';
export type { RootFilesystem } from './root-filesystem.js';
