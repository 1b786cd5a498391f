export type { ImageName } from './image-name.js';
export { type DockerfileReading, readDockerfile } from './read-dockerfile.js';
