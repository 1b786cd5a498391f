import type { GlobalRole, Scope } from '#kernel';
import type { Visibility } from '#domain/namespaces';

/** A binding that counts for somebody on a target. */
export interface Grant {
  readonly id: number;
  readonly role: string;
  readonly scopes: readonly Scope[];
  /** The team that has it; null where the user has it themselves. */
  readonly team: string | null;
  /** `path@owner` of the namespace it is on. */
  readonly namespace: string | null;
  readonly image: number | null;
}

/** A user, and all that their rights on a target rest on. */
export interface Holder {
  readonly id: number;
  readonly username: string;
  readonly role: GlobalRole;
  readonly disabled: boolean;
  readonly subjectIds: readonly number[];
  readonly leads: readonly number[];
  readonly grants: readonly Grant[];
}

/** A target as decisions about it need it. */
export interface Thing {
  readonly kind: 'global' | 'namespace' | 'image';
  /** `path@owner` or a reference; empty for the whole installation. */
  readonly name: string;
  readonly ownerId: number;
  readonly ownerName: string;
  readonly visibility: Visibility;
  /** What the caller's bindings give them on it. */
  readonly held: readonly Scope[];
}

/** Why somebody may. */
export interface Reason {
  readonly kind: 'admin' | 'owner' | 'team' | 'binding' | 'global' | 'visibility';
  readonly role: string | null;
  readonly binding: number | null;
  readonly team: string | null;
  readonly namespace: string | null;
  readonly image: number | null;
  readonly visibility: Visibility | null;
}

export interface Explanation {
  readonly allowed: boolean;
  readonly scope: Scope;
  readonly user: string;
  /** `image:…`, `namespace:…` or `global`. */
  readonly target: string;
  readonly because: readonly Reason[];
  /** What it would take; null where it is allowed. */
  readonly missing: string | null;
}

/** What one user may do with an image; without a user, what everybody may who is let in at all. */
export interface ImageAccess {
  readonly user: string | null;
  readonly scopes: readonly Scope[];
  readonly because: readonly (Reason & { readonly scope: Scope })[];
}
