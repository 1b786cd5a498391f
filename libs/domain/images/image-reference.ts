import type { FieldProblems } from '#kernel';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const MAX_ID = 2 ** 31 - 1;

export const DEFAULT_TAG = 'latest';

/** How a request names one image: by id, or by what it is called. */
export type ImageReference =
  | { readonly kind: 'id'; readonly id: number }
  | {
      readonly kind: 'name';
      /** Undefined where the caller's own is meant. */
      readonly owner: string | undefined;
      /** Slash-joined; empty for none. */
      readonly namespace: string;
      readonly name: string;
      readonly tag: string;
    };

/** The same, or by an id that the client made of the reference: a UUID of version 5 (RFC 9562) of it in lower case. */
export type ImageKey = ImageReference | { readonly kind: 'derived id'; readonly id: string };

/**
 * Reads `12`, `name`, `name:tag`, `owner/name:tag` or `owner/path/of/namespace/name:tag`. Digits alone are an id.
 * Undefined for what can name no image.
 */
export function parseImageReference(text: string): ImageReference | undefined {
  if (/^\d+$/.test(text)) return idReference(text);
  const slash = text.lastIndexOf('/');
  const [name = '', tag = DEFAULT_TAG, ...rest] = text.slice(slash + 1).split(':');
  if (rest.length > 0 || !NAME.test(name) || !TAG.test(tag)) return undefined;
  if (slash < 0) return { kind: 'name', owner: undefined, namespace: '', name, tag };
  const [owner = '', ...path] = text.slice(0, slash).split('/');
  if (owner === '' || path.includes('')) return undefined;
  return { kind: 'name', owner, namespace: path.join('/'), name, tag };
}

function idReference(digits: string): ImageReference | undefined {
  const id = Number(digits);
  return id >= 1 && id <= MAX_ID ? { kind: 'id', id } : undefined;
}

/** `owner/name:tag` or `owner/path/name:tag`. */
export function formatReference(owner: string, path: string | null, name: string, tag: string): string {
  return [owner, ...(path === null ? [] : [path]), `${name}:${tag}`].join('/');
}

/** Adds what is wrong with a name or a tag; `undefined` is not looked at. */
export function checkNameAndTag(problems: FieldProblems, name: string | undefined, tag: string | undefined): void {
  if (name !== undefined) {
    problems.check(name !== '', 'name', 'Name field required');
    problems.check(NAME.test(name), 'name', `Name does not match ${NAME.source}`);
  }
  if (tag !== undefined) problems.check(TAG.test(tag), 'tag', `Tag does not match ${TAG.source}`);
}
