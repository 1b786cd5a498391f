export { describeError, standardError } from './log-output.js';
