import type { NativeClient } from './native-client.js';

type Person = NativeClient & { readonly username: string };

/** What an answer shows of a user. */
export function userBody({ username }: { readonly username: string }): object {
  return { id: expect.any(Number), username, email: `${username}@x.test`, created_at: expect.stringMatching(TIME) };
}

/** RFC 3339, UTC. */
export const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/**
 * The whole entity of an image that `pushImage` pushed outside of any namespace, as an answer must show it; `changes`
 * stand over it.
 */
export function imageBody(owner: Person, changes: Readonly<Record<string, unknown>> = {}): object {
  const { name = 'disk', tag = 'latest' } = changes as { name?: string; tag?: string };
  return {
    id: expect.any(Number),
    author_id: expect.any(Number),
    user_id: expect.any(Number),
    namespace_id: null,
    driver: 'qemu',
    name: 'disk',
    created_at: expect.stringMatching(TIME),
    url: expect.stringMatching(new RegExp(`^${owner.url}/images/\\d+$`)),
    author: userBody(owner),
    user: userBody(owner),
    namespace: null,
    download: null,
    tag: 'latest',
    reference: `${owner.username}/${name}:${tag}`,
    status: 'available',
    status_reason: null,
    description: '',
    labels: {},
    visibility: 'private',
    protected: false,
    size: expect.any(Number),
    virtual_size: 8 * 4096,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    format: {
      type: 'qcow2',
      version: 3,
      cluster_size: 4096,
      compression: 'zlib',
      compressed_clusters: false,
      extended_l2: false,
    },
    updated_at: expect.stringMatching(TIME),
    pulled_at: null,
    pull_count: 0,
    ...changes,
  };
}

/** A namespace as an image's answer shows it. */
export function namespaceBody(owner: Person, path: string, changes: Readonly<Record<string, unknown>> = {}): object {
  const url = `${owner.url}/n/${owner.username}/${path}`;
  return {
    id: expect.any(Number),
    user_id: expect.any(Number),
    root_id: expect.any(Number),
    parent_id: path.includes('/') ? expect.any(Number) : null,
    name: path.split('/').at(-1),
    path,
    description: '',
    visibility: 'private',
    created_at: expect.stringMatching(TIME),
    updated_at: expect.stringMatching(TIME),
    url,
    builds_url: `${url}/-/builds`,
    namespaces_url: `${url}/-/namespaces`,
    images_url: `${url}/-/images`,
    objects_url: `${url}/-/objects`,
    variables_url: `${url}/-/variables`,
    keys_url: `${url}/-/keys`,
    invites_url: `${url}/-/invites`,
    collaborators_url: `${url}/-/collaborators`,
    webhooks_url: `${url}/-/webhooks`,
    user: userBody(owner),
    build: null,
    ...changes,
  };
}
