import { readFile } from 'node:fs/promises';
import { pack } from 'tar-stream';
import { expectStatus, unique } from './builders.js';
import { monitorOf } from './conversions.js';
import type { StartedOperation } from './downloads.js';
import { FORM_TYPE, formBody, type FormPart, words } from './multipart.js';
import type { Answer, NativeClient } from './native-client.js';

/** Files of a build context, by path. */
export type ContextFiles = Readonly<Record<string, string | Buffer>>;

/** What `POST /images` is sent for a build. */
export interface BuildForm {
  readonly name?: string;
  readonly tag?: string;
  readonly namespace?: string;
  readonly dockerfile: string;
  readonly context?: ContextFiles | Buffer;
  /** JSON. */
  readonly build?: unknown;
}

/** Debian's busybox-static: one program that is a whole system, with nothing to link. */
const BUSYBOX = '/bin/busybox';

/** A Dockerfile for a root filesystem of nothing but busybox, and what it copies. */
export const BUSYBOX_DOCKERFILE = 'FROM scratch\nCOPY busybox /bin/busybox\n';

export async function busyboxFiles(): Promise<{ busybox: Buffer }> {
  return { busybox: await readFile(BUSYBOX) };
}

/** A tar archive of executable files. */
export async function tarOf(files: ContextFiles): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files))
    archive.entry({ name, mode: 0o755, mtime: new Date(0) }, content);
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** Sends a build. */
export async function postBuild(client: NativeClient, form: BuildForm): Promise<Answer> {
  const { context, build, ...said } = { name: unique('built'), ...form };
  const parts: FormPart[] = words(said);
  if (build !== undefined)
    parts.push({ name: 'build', value: typeof build === 'string' ? build : JSON.stringify(build) });
  if (context) {
    parts.push({ name: 'build_context', value: Buffer.isBuffer(context) ? context : await tarOf(context) });
  }
  return client.push('', formBody(...parts), { 'Content-Type': FORM_TYPE });
}

/** As `postBuild`, for one that is taken. */
export async function startBuild(client: NativeClient, form: BuildForm): Promise<StartedOperation> {
  const answer = expectStatus(await postBuild(client, form), 202);
  return { id: monitorOf(answer), image_id: (answer.body as { id: number }).id };
}
