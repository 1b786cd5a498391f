import type { AuthenticatedPrincipal } from '#kernel';
import type { ImageKey } from '#domain/images';
import { isUuid } from '../chutes.ids.js';

const NAMED = /^(?:([a-z0-9][a-z0-9_.-]*)\/)?([a-z0-9][a-z0-9_.-]*):([a-z0-9][a-z0-9_.-]*)$/i;

/** The path as the router splits it. */
export interface ImagePath {
  readonly path: readonly string[];
}

/** What a path asks for. */
export interface AskedImage {
  readonly key: ImageKey;
  /** Whose it must be, letter by letter; undefined where the key says all. */
  readonly owner: string | undefined;
}

/**
 * `name:tag`, the caller's own; `user/name:tag`; else an id (the contract's 1.2). Undefined for what can name no image.
 * A name with a slash in it is reached by its id alone.
 */
export function readAskedImage({ username }: AuthenticatedPrincipal, path: readonly string[]): AskedImage | undefined {
  const text = path.join('/').replace(/^\/+/, '');
  const [, owner = username, name = '', tag = ''] = NAMED.exec(text) ?? [];
  if (name !== '') return { key: { kind: 'name', owner, namespace: '', name, tag }, owner };
  return readImageId(text);
}

export function readImageId(text: string): AskedImage | undefined {
  return isUuid(text) ? { key: { kind: 'derived id', id: text }, owner: undefined } : undefined;
}
