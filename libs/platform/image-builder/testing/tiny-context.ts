import { readFile } from 'node:fs/promises';
import { pack } from 'tar-stream';

/** Names of the one program that is in there. */
const APPLETS = ['sh', 'cat', 'echo', 'ls', 'mkdir', 'sleep', 'head', 'seq', 'id', 'wget', 'touch', 'false'];

/** A tar that a Dockerfile makes a root filesystem of by `COPY . /`: busybox (the package busybox-static), and more files. */
export async function* tinyContext(files: Readonly<Record<string, string>> = {}): AsyncGenerator<Buffer> {
  const tar = pack();
  tar.entry({ name: 'bin/busybox', mode: 0o755 }, await readFile('/bin/busybox'));
  for (const name of APPLETS) tar.entry({ name: `bin/${name}`, type: 'symlink', linkname: 'busybox' });
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text);
  tar.finalize();
  // The types of the stream know nothing of what is in it.
  for await (const chunk of tar as AsyncIterable<Buffer>) yield chunk;
}
