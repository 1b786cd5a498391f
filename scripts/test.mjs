/** `npm test`: all tests, and what they need installed. What follows `--` goes to Jest: `npm test -- libs/qcow2`. */
import { bootstrap } from './bootstrap.mjs';
import { installSystemPackages } from './bootstrap/system-packages.mjs';

const esModules = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
// Where that fails, the tests that need what is missing tell it.
await installSystemPackages();
await bootstrap([...esModules, 'node_modules/jest/bin/jest.js', ...process.argv.slice(2)]);
