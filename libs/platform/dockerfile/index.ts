export type { DockerfileOptions } from './build-arguments.js';
export type { DockerfileProblem } from './dockerfile-problem.js';
export { type ImageName, parseImageName } from './image-name.js';
export { type DockerfileReading, readDockerfile } from './read-dockerfile.js';
export type { DockerfileStage, StageSource } from './stages.js';
