/**
 * A process of its own that runs one job in an enclosure, to be killed, or to be somebody else: `enclosure-process.ts JOB
 * [USER]`, the job as JSON, the user as a number. Prints what the job prints, then the name of its error, if any.
 * The job's folder is removed at the end.
 */
import { Enclosure, type EnclosureJob } from '#platform/sandbox';

const [text = '', user] = process.argv.slice(2);
if (user !== undefined && process.setgroups && process.setgid && process.setuid) {
  process.setgroups([]);
  process.setgid(Number(user));
  process.setuid(Number(user));
}
const enclosure = new Enclosure('bubblewrap');
// The test wrote it.
const job = JSON.parse(text) as EnclosureJob;
try {
  await enclosure.run(job, (line) => void process.stdout.write(`${line}\n`));
} catch (error) {
  process.stdout.write(error instanceof Error ? `${error.name}: ${error.message}\n` : String(error));
}
await enclosure.removeAll(job.dir);
