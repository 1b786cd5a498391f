export * from './disk/index.js';
export type { RootFilesystem } from './root-filesystem.js';
