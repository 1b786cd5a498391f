/** Installs the Debian packages that tests need, where they are missing; what `npm test` does first. */
import { installSystemPackages } from './bootstrap/system-packages.mjs';

if (!(await installSystemPackages())) process.exitCode = 1;
