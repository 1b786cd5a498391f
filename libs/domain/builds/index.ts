export { type BuildOptions, readBuildOptions } from './build-options.js';
export { BuildsModule } from './builds.module.js';
export type { Build, BuildBase } from './builds.repository.js';
export { BuildsService, type NewBuild, type StartedBuild } from './builds.service.js';
