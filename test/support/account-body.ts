import { TIME } from './image-body.js';

type Changes = Readonly<Record<string, unknown>>;

/** A user's own answer, as one that `newUser` made must show; `changes` stand over it. */
export function accountBody(username: string, changes: Changes = {}): object {
  return {
    id: expect.any(Number),
    username,
    email: `${username}@x.test`,
    created_at: expect.stringMatching(TIME),
    kind: 'person',
    role: 'member',
    owner_id: null,
    namespace_id: null,
    disabled: false,
    disabled_at: null,
    updated_at: expect.stringMatching(TIME),
    ...changes,
  };
}

/** A token as every answer after the first shows it: without its secret. */
export function tokenBody(changes: Changes = {}): object {
  return {
    id: expect.any(Number),
    user_id: expect.any(Number),
    name: 'test',
    scopes: ['image:read'],
    cidrs: [],
    namespace_ids: null,
    image_ids: null,
    previous_until: null,
    created_at: expect.stringMatching(TIME),
    expires_at: null,
    last_used_at: null,
    ...changes,
  };
}

/** What `GET /tokens` of a caller answers: also the token it calls with. */
export const USED = { last_used_at: expect.stringMatching(TIME) };
