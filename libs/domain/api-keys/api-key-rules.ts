import { FieldProblems } from '#kernel';
import { API_KEY_ACTIONS, type ApiKeyLimit } from './api-key.policy.js';

/** What one may be about: nothing else here has keys of this form. */
export const API_KEY_OBJECT_TYPES: readonly string[] = ['images'];

const MAX_LIMITS = 50;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A limit as it is asked for. */
export interface AskedLimit {
  readonly objectType: string;
  readonly objectId?: string | undefined;
  readonly action?: string | undefined;
}

export interface NewApiKey {
  /** Unique among the user's. */
  readonly name: string;
  /** Whether it may do with images whatever its user may; then `scopes` say nothing. */
  readonly admin?: boolean | undefined;
  readonly scopes?: readonly AskedLimit[] | undefined;
}

/** What the key is limited to; null for an admin key. @throws DomainError `invalid` naming each field */
export function checkNewApiKey({ name, admin = false, scopes = [] }: NewApiKey): ApiKeyLimit[] | null {
  const types = scopes.filter(({ objectType }) => !API_KEY_OBJECT_TYPES.includes(objectType));
  const actions = scopes.filter(({ action }) => action !== undefined && !readAction(action));
  const ids = scopes.filter(({ objectId }) => objectId !== undefined && !UUID.test(objectId));
  new FieldProblems()
    .check(name.length >= 1 && name.length <= 24, 'name', 'Name must be between 1 and 24 characters in length')
    .check(admin || scopes.length > 0, 'scopes', 'Scopes must name at least one scope, or admin be true')
    .check(scopes.length <= MAX_LIMITS, 'scopes', `Scopes must be ${MAX_LIMITS} at most`)
    .check(
      types.length === 0,
      'scopes',
      `Object_type must be ${API_KEY_OBJECT_TYPES.join(' or ')}: there is nothing else`,
    )
    .check(actions.length === 0, 'scopes', `Action must be ${API_KEY_ACTIONS.join(', ')}, or null for any`)
    .check(ids.length === 0, 'scopes', 'Object_id must be the UUID of an image, or null for any')
    .throwIfAny();
  if (admin) return null;
  return scopes.map(({ action = '', objectId }) => ({
    action: readAction(action) ?? null,
    objectId: objectId?.toLowerCase() ?? null,
  }));
}

function readAction(text: string): ApiKeyLimit['action'] | undefined {
  return API_KEY_ACTIONS.find((action) => action === text);
}
