import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenAPIObject, RequestBodyObject } from '@nestjs/swagger';
import { EXAMPLE_BASE } from '../../apps/api/src/dialects/native/native.examples.js';
import { operationsOf } from '../../apps/api/src/openapi/operations-of.js';
import { exampleUrl } from '../../apps/api/src/openapi/page/curl-line.js';
import { expectStatus, newUser, type TestUser } from './builders.js';
import type { Answer, NativeClient } from './native-client.js';
import { OpenApiContract } from './openapi-contract.js';

/** What to send other than the document's own examples. `path` stands for path and query. */
export interface Deviation {
  readonly path?: string;
  readonly json?: unknown;
  readonly raw?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

const COMMITTED = join(import.meta.dirname, '../../docs/reference/openapi.json');

/** What the stories leave to the tests of every operation: no token or a bad one, a scope that is missing, too large a body. */
const OF_EVERY_OPERATION = /(401|403|413)$/;

/** The number of what an answer shows. */
export const idOf = ({ body }: Answer): number => (body as { id: number }).id;

/** A user as the examples show them, with an address at example.com. */
export async function newExampleUser(admin: NativeClient, username: string): Promise<TestUser> {
  const user = await newUser(admin, username);
  expectStatus(await user.patch(`/users/${username}`, { email: `${username}@example.com` }), 200);
  return user;
}

/** Calls operations the way a document describes them, and holds every answer against it. */
export class DescribedApi {
  readonly contract: OpenApiContract;

  constructor(readonly document: OpenAPIObject) {
    this.contract = new OpenApiContract(document);
  }

  /** What the reference says. */
  static async committed(): Promise<DescribedApi> {
    return new DescribedApi(JSON.parse(await readFile(COMMITTED, 'utf8')) as OpenAPIObject);
  }

  /** Described answers that no call has met yet, as `operation status`: of those with the tags, what is a story's to show. */
  untold(...tags: string[]): string[] {
    return this.contract.unseen(tags).filter((one) => !OF_EVERY_OPERATION.test(one));
  }

  /** As `untold`: what is not a story's to show, of all operations. */
  unrefused(): string[] {
    const tags = operationsOf(this.document).flatMap(({ operation }) => operation.tags ?? []);
    return this.contract.unseen(tags).filter((one) => OF_EVERY_OPERATION.test(one));
  }

  /** Sends the operation's own examples where nothing else is said. Fails for an answer that is not described so. */
  async call(caller: NativeClient, id: string, { path, json, raw, headers = {} }: Deviation = {}): Promise<Answer> {
    const described = this.contract.operation(id);
    const body = json ?? (raw ? undefined : this.jsonExample(id));
    const answer = await caller.call(described.method.toUpperCase(), path ?? exampleUrl(described), {
      ...(body === undefined ? {} : { json: body }),
      ...(raw ? { raw } : {}),
      headers,
    });
    const { status } = answer;
    expect({ id, status, problems: this.contract.problems(id, answer) }).toEqual({ id, status, problems: [] });
    return answer;
  }

  /** As `call`; the answer must also be the described example, but for numbers, times and secrets. */
  async answersItsExample(caller: NativeClient, id: string, status: number, how: Deviation = {}): Promise<Answer> {
    const answer = await this.call(caller, id, how);
    expect({ id, status: answer.status, body: answer.body }).toMatchObject({ id, status });
    const example: unknown = this.contract.response(id, status).content?.['application/json']?.example;
    const expected = masked(example, EXAMPLE_BASE);
    const found = masked(answer.body, caller.url);
    expect({ id, found }).toEqual({ id, found: Array.isArray(expected) ? expect.arrayContaining(expected) : expected });
    return answer;
  }

  /** The JSON body that an operation is described with, if it takes one. */
  jsonExample(id: string): unknown {
    const body = this.contract.operation(id).operation.requestBody as RequestBodyObject | undefined;
    return body?.content['application/json']?.example;
  }
}

/** Numbers of things, times, secrets, keys and the server's address, which differ from one run to the next, made equal. */
function masked(body: unknown, base: string): unknown {
  const text = JSON.stringify(body, (key, value: unknown) => {
    if (/(^|_)id$/.test(key) && typeof value === 'number') return 0;
    if (['token', 'secret_key', 'key_id', 'hotkey'].includes(key) && typeof value === 'string') return 'secret';
    if (key.endsWith('_at') && typeof value === 'string') return 'then';
    return value;
  }) as string | undefined;
  return text && (JSON.parse(text.replaceAll(base, '').replaceAll(/\/(images|invites)\/\d+/g, '/$1/0')) as unknown);
}
