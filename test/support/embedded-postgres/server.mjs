/**
 * A server reduced to its PostgreSQL, for tests that kill it: starts one on the data directory named by its argument,
 * prints every log line and then the URL as lines of JSON, ignores Ctrl-C as if it were draining, stops on SIGTERM.
 */
import { startEmbeddedPostgres } from '../../../dist/libs/platform/database/embedded/embedded-database.js';

const [dataDir] = process.argv.slice(2);
const report = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

// The test is over, whichever way; PostgreSQL notices our end.
process.stdout.on('error', () => process.exit(1));
process.on('SIGINT', () => report({ log: 'SIGINT' }));
try {
  const database = await startEmbeddedPostgres({ dataDir, log: (log) => report({ log }) });
  process.once('SIGTERM', () => void database.stop().then(() => process.exit(0)));
  report({ url: database.url });
} catch (error) {
  report({ error: error.message });
  process.exit(1);
}
