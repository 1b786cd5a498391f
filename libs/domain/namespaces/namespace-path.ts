import { FieldProblems } from '#kernel';

export const MAX_LEVELS = 20;

const NAME = /^[a-z0-9][a-z0-9-]{0,38}$/i;

export function isNamespaceName(name: string): boolean {
  return NAME.test(name);
}

export const NAMESPACE_NAME_RULE = 'must be 1 to 39 letters, digits or dashes, and begin with a letter or digit';

/** A namespace as a request names it: `path` or `path@owner`. */
export interface NamespacePath {
  /** Names from the root down; at least one. */
  readonly names: readonly string[];
  /** Undefined where the caller's own tree is meant. */
  readonly owner: string | undefined;
}

/**
 * Reads `djinn/tools` or `djinn/tools@alice` (an empty owner is none; the contract's 2.4).
 * @throws DomainError `invalid` that blames `namespace`
 */
export function parseNamespacePath(text: string): NamespacePath {
  const at = text.indexOf('@');
  const path = at < 0 ? text : text.slice(0, at);
  const owner = at < 0 ? '' : text.slice(at + 1);
  const names = path.split('/');
  new FieldProblems()
    .check(names.every(isNamespaceName), 'namespace', `Each name of the namespace ${NAMESPACE_NAME_RULE}`)
    .check(names.length <= MAX_LEVELS, 'namespace', `Namespace cannot exceed depth of ${MAX_LEVELS}`)
    .throwIfAny();
  return { names, owner: owner === '' ? undefined : owner };
}
