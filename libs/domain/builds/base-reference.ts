/** An image that a Dockerfile names: one of this registry, or of another. */
export interface Reference {
  readonly kind: 'own' | 'foreign';
  /** As the Dockerfile has it. */
  readonly name: string;
  /** Host, with its port if it has one; ours is empty. */
  readonly registry: string;
}

/** Whose a name without a slash is, as everywhere. */
const DOCKER = 'docker.io';

/**
 * Whose an image is, by its name: another registry's where the first part is a host (it has a dot or a colon, or is
 * `localhost`, as in Docker's own grammar), Docker's where there is no slash, else ours: `owner/name:tag`.
 */
export function readReference(name: string): Reference {
  const [first = '', ...rest] = name.split('/');
  if (rest.length === 0) return { kind: 'foreign', name, registry: DOCKER };
  if (/[.:]/.test(first) || first === 'localhost') return { kind: 'foreign', name, registry: first };
  return { kind: 'own', name, registry: '' };
}
