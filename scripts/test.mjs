/** `npm test`: all tests. What follows `--` goes to Jest: `npm test -- libs/qcow2`. */
import { bootstrap } from './bootstrap.mjs';

const esModules = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
await bootstrap([...esModules, 'node_modules/jest/bin/jest.js', ...process.argv.slice(2)]);
