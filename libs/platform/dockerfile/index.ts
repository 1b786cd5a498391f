export { type DockerfileReading, readDockerfile } from './read-dockerfile.js';
