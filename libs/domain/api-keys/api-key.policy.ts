import type { Scope } from '#kernel';

export const API_KEY_ACTIONS = ['read', 'write', 'delete'] as const;
export type ApiKeyAction = (typeof API_KEY_ACTIONS)[number];

/** What an API key may do: an action, or any; on one image, or any. Of the images of its user, as far as they may. */
export interface ApiKeyLimit {
  readonly action: ApiKeyAction | null;
  /** The UUID that the image has where the key is used; images that are not there yet have theirs, too. */
  readonly objectId: string | null;
}

/** What a request is about to do with images. */
export interface ApiKeyUse {
  readonly action: ApiKeyAction;
  /** The image that it names by its UUID; absent for lists, for what is below an image, and for names. */
  readonly objectId?: string | undefined;
}

/** The scopes that an action needs; the first is what it cannot do without. */
const SCOPES_OF: Readonly<Record<ApiKeyAction, readonly [Scope, ...Scope[]]>> = {
  read: ['image:read', 'operation:read'],
  write: ['image:build', 'image:write'],
  delete: ['image:delete'],
};

/** Whether a key with these limits may be used so; null for an admin key, which has none. */
export function allows(limits: readonly ApiKeyLimit[] | null, { action, objectId }: ApiKeyUse): boolean {
  if (!limits) return true;
  return limits.some(
    (limit) =>
      (limit.action === null || limit.action === action) && (limit.objectId === null || limit.objectId === objectId),
  );
}

/** All scopes that an action may need. */
export function scopesOfAction(action: ApiKeyAction): readonly Scope[] {
  return SCOPES_OF[action];
}

/** The scopes of a key with these limits. */
export function scopesOfLimits(limits: readonly ApiKeyLimit[] | null): Scope[] {
  return [...new Set(actionsOf(limits).flatMap((action) => SCOPES_OF[action]))];
}

/** Those of them without which it could not do what it says. */
export function neededScopes(limits: readonly ApiKeyLimit[] | null): Scope[] {
  return [...new Set(actionsOf(limits).map((action) => SCOPES_OF[action][0]))];
}

function actionsOf(limits: readonly ApiKeyLimit[] | null): readonly ApiKeyAction[] {
  if (!limits || limits.some(({ action }) => action === null)) return API_KEY_ACTIONS;
  return limits.flatMap(({ action }) => action ?? []);
}
