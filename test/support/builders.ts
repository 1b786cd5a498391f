import { SCOPES } from '#kernel';
import { tinyImage } from '../fixtures/qcow2/index.js';
import { type Answer, NativeClient } from './native-client.js';

let counter = 0;

/** A word that no other test of the run uses. */
export function unique(prefix: string): string {
  counter += 1;
  return `${prefix}${counter}`;
}

/** Somebody with an account of their own. */
export type TestUser = NativeClient & { readonly username: string };

/** A new user who calls with a token of all scopes, or of those named. */
export async function newUser(
  admin: NativeClient,
  username: string = unique('user'),
  scopes: readonly string[] = SCOPES,
): Promise<TestUser> {
  expectStatus(await admin.post('/users', { username, email: `${username}@x.test` }), 201);
  return Object.assign(new NativeClient(admin.url, await mintToken(admin, scopes, username)), { username });
}

/** The secret of a new token: the caller's own, or another user's. */
export async function mintToken(minter: NativeClient, scopes: readonly string[], user?: string): Promise<string> {
  const answer = expectStatus(
    await minter.post('/tokens', { name: 'test', scopes, ...(user === undefined ? {} : { user }) }),
    201,
  );
  return (answer.body as { token: string }).token;
}

/** The same user with a token of fewer scopes. */
export async function withScopes(client: NativeClient, ...scopes: string[]): Promise<NativeClient> {
  return new NativeClient(client.url, await mintToken(client, scopes));
}

export interface PushedImage {
  readonly id: number;
  readonly reference: string;
  readonly sha256: string;
  readonly bytes: Buffer;
}

/** Pushes a valid image of a few KiB. `content` tells images apart: equal content is equal bytes. */
export async function pushImage(
  client: NativeClient,
  query: string,
  content: string = unique('content'),
): Promise<PushedImage> {
  const bytes = distinctImage(content);
  const answer = expectStatus(await client.push(query, bytes), 201);
  return { ...(answer.body as { id: number; reference: string; sha256: string }), bytes };
}

/** Makes a root namespace of the caller's. */
export async function newNamespace(client: NativeClient, name: string, visibility = 'private'): Promise<void> {
  expectStatus(await client.post('/namespaces', { name, visibility }), 201);
}

/** Makes `a`, `a/b` and `a/b/c` of the caller's, given the last of them. */
export async function newTree(client: NativeClient, path: string, visibility = 'private'): Promise<void> {
  const [root = '', ...below] = path.split('/');
  await newNamespace(client, root, visibility);
  let parent = root;
  for (const name of below) {
    expectStatus(await client.post('/namespaces', { name, parent }), 201);
    parent += `/${name}`;
  }
}

/** Makes `guest` a collaborator of `owner`'s root namespace. */
export async function collaborate(owner: TestUser, namespace: string, guest: TestUser, role: string): Promise<void> {
  const path = `/n/${owner.username}/${namespace}/-/invites`;
  const { id } = expectStatus(await owner.post(path, { handle: guest.username, role }), 201).body as { id: number };
  expectStatus(await guest.patch(`/invites/${id}`, {}), 200);
}

/** Fails with the answer's body, which tells more than a number. */
export function expectStatus(answer: Answer, status: number): Answer {
  if (answer.status === status) return answer;
  throw new Error(`expected ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
}

/** A valid image of four 4 KiB clusters and some, whose one data cluster holds `content`. */
export function distinctImage(content: string): Buffer {
  const bytes = Buffer.alloc(4096);
  bytes.write(content);
  return tinyImage({ clusters: [{ index: 0, kind: 'data', bytes }] }).bytes;
}
