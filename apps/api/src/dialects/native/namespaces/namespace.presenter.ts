import type { NamespaceView, UserSummary } from '#domain/namespaces';
import { presentUserSummary } from '../users/user.presenter.js';
import type { NamespaceAnswer } from './namespace.schema.js';

export type PresentableNamespace = Pick<
  NamespaceView,
  'id' | 'rootId' | 'parentId' | 'name' | 'path' | 'description' | 'visibility' | 'createdAt' | 'updatedAt'
>;

export function namespaceUrl(base: string, owner: string, path: string): string {
  return `${base}/n/${owner}/${path}`;
}

export function presentNamespace(namespace: PresentableNamespace, user: UserSummary, base: string): NamespaceAnswer {
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
    builds_url: `${url}/-/builds`,
    namespaces_url: `${url}/-/namespaces`,
    images_url: `${url}/-/images`,
    objects_url: `${url}/-/objects`,
    variables_url: `${url}/-/variables`,
    keys_url: `${url}/-/keys`,
    invites_url: `${url}/-/invites`,
    collaborators_url: `${url}/-/collaborators`,
    webhooks_url: `${url}/-/webhooks`,
    user: presentUserSummary(user),
    build: null,
  };
}
