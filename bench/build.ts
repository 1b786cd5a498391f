import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Form, postForm } from './form.js';
import type { Asked } from './operation.js';
import type { Target } from './transfer.js';

const PIECE_BYTES = 2 ** 20;
let builds = 0;

/** A Dockerfile and the path of a tar archive that it copies from. */
export interface Recipe {
  readonly dockerfile: string;
  readonly context: string;
}

/** Asks for a build that is not booted. */
export async function askForBuild({ url, authorization }: Target, { dockerfile, context }: Recipe): Promise<Asked> {
  builds += 1;
  const words = { name: `bench-build-${builds}`, dockerfile, build: '{"boot_test": false}' };
  const form = new Form(words, {
    name: 'build_context',
    sizeBytes: (await stat(context)).size,
    bytes: () => createReadStream(context, { highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer>, // no encoding was set
  });
  const { headers, body } = await postForm(`${url}/images`, { ...authorization }, form);
  const { id: imageId } = body as { id: number };
  return { imageId, operationId: Number(/operations\/(\d+)>/.exec(String(headers.link))?.[1]) };
}
