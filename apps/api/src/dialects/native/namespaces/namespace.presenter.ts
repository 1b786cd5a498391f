import type { NamespaceView, UserSummary } from '#domain/namespaces';
import { presentUserSummary } from '../users/user.presenter.js';

/** What of a namespace's children, images and people has a list of its own; the contract's 2.1 names all nine. */
const COLLECTIONS = [
  'builds',
  'namespaces',
  'images',
  'objects',
  'variables',
  'keys',
  'invites',
  'collaborators',
  'webhooks',
] as const;

export type PresentableNamespace = Pick<
  NamespaceView,
  'id' | 'rootId' | 'parentId' | 'name' | 'path' | 'description' | 'visibility' | 'createdAt' | 'updatedAt'
>;

export function namespaceUrl(base: string, owner: string, path: string): string {
  return `${base}/n/${owner}/${path}`;
}

export function presentNamespace(namespace: PresentableNamespace, user: UserSummary, base: string): object {
  const url = namespaceUrl(base, user.username, namespace.path);
  return {
    id: namespace.id,
    user_id: user.id,
    root_id: namespace.rootId,
    parent_id: namespace.parentId,
    name: namespace.name,
    path: namespace.path,
    description: namespace.description,
    visibility: namespace.visibility,
    created_at: namespace.createdAt,
    updated_at: namespace.updatedAt,
    url,
    ...Object.fromEntries(COLLECTIONS.map((name) => [`${name}_url`, `${url}/-/${name}`])),
    user: presentUserSummary(user),
    build: null,
  };
}
