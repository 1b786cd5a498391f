export { workerBeside } from './worker-url.js';
