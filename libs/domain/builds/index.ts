export { readBuildOptions } from './build-options.js';
export { BuildRecipes } from './build-recipes.js';
export { BuildsModule } from './builds.module.js';
export type { Build } from './builds.repository.js';
export { BuildsService, type NewBuild, type StartedBuild } from './builds.service.js';
