/**
 * A process of its own that runs one job in a sandbox, to be killed, or to be somebody else: `sandbox-process.ts JOB
 * [USER]`, the job as JSON, the user as a number. Prints what the job prints, and then the name of its error, if any.
 */
import { Sandbox, type SandboxJob } from '#platform/sandbox';

const [job = '', user] = process.argv.slice(2);
if (user !== undefined && process.setgroups && process.setgid && process.setuid) {
  process.setgroups([]);
  process.setgid(Number(user));
  process.setuid(Number(user));
}
try {
  // The test wrote it.
  await new Sandbox('bubblewrap').run(JSON.parse(job) as SandboxJob, (chunk) => process.stdout.write(chunk));
} catch (error) {
  process.stdout.write(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}
