export { type BuildContext, BuildContexts } from './build-contexts.js';
export { BuildContextRefusedError } from './build-context.errors.js';
export type { ContextLimits } from './context-limits.js';
