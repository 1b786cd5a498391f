import { Database } from '#platform/database';
import { OperationKeeper } from '#domain/operations';
import type { TestApi } from './api.js';
import { expectStatus } from './builders.js';
import { finished, type FinishedOperation, startDownload, type StartedOperation } from './downloads.js';
import type { NativeClient } from './native-client.js';
import { eventually } from './eventually.js';

/** An image that has come from `url`, and is looked after daily. Its id. */
export async function newRefreshed(
  client: NativeClient,
  url: string,
  words: Readonly<Record<string, unknown>> = {},
): Promise<number> {
  const operation = await startDownload(client, url, { refresh: '24h', ...words });
  expect(await finished(client, operation)).toMatchObject({ status: 'succeeded' });
  return operation.image_id;
}

/** Makes the next check due now, and has the due ones begun. */
export async function beginCheck(api: TestApi, imageId: number): Promise<void> {
  await makeDue(api, imageId);
  await sweep(api);
}

/** Makes the next check due now, where there is a schedule. */
export async function makeDue(api: TestApi, imageId: number): Promise<void> {
  const text = 'UPDATE download_sources SET next_check_at = now() WHERE image_id = $1 AND every_seconds IS NOT NULL';
  await api.app.get(Database, { strict: false }).query(text, [imageId]);
}

/** Looks for what is due; a sweep that is under way may have looked already. */
export async function sweep({ app }: TestApi): Promise<void> {
  const keeper = app.get(OperationKeeper, { strict: false });
  await keeper.sweep();
  await keeper.sweep();
}

/** The operations of checks of an image, newest first. */
export async function checksOf(client: NativeClient, imageId: number): Promise<StartedOperation[]> {
  const { body } = expectStatus(await client.get(`/operations?image_id=${imageId}&kind=refresh`), 200);
  return body as StartedOperation[];
}

/** Has an image's source looked at now, and waits for what comes of it. */
export async function checkNow(api: TestApi, client: NativeClient, imageId: number): Promise<FinishedOperation> {
  const [before] = await checksOf(client, imageId);
  await beginCheck(api, imageId);
  const [check] = await checksOf(client, imageId);
  if (!check || check.id === before?.id) throw new Error('no check has begun');
  return finished(client, check);
}

/** `tag: status` of all images of a name, once none of them is being made. */
export async function tagsOf(client: NativeClient, name: string): Promise<Record<string, string>> {
  return eventually(async () => {
    const { body } = expectStatus(await client.get(`/images?name=${name}`), 200);
    const images = body as { tag: string; status: string }[];
    if (images.some(({ status }) => !['available', 'failed'].includes(status))) throw new Error('one is being made');
    return Object.fromEntries(images.map(({ tag, status }) => [tag, status]));
  });
}

/** Today, as dated tags have it. */
export const TODAY = new Date().toISOString().slice(0, 10).replaceAll('-', '');
