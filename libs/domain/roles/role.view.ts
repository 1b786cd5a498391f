import type { Scope } from '#kernel';
import type { Visibility } from '#domain/namespaces';

/** The root namespace that a role belongs to. */
export interface RoleTree {
  readonly id: number;
  readonly path: string;
  readonly owner: string;
  readonly ownerId: number;
  readonly visibility: Visibility;
}

/** A named set of scopes. */
export interface RoleView {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly scopes: readonly Scope[];
  readonly builtIn: boolean;
  /** Grows by one with each change. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Null for a global role. */
  readonly tree: RoleTree | null;
  /** What the caller's bindings give them on the tree's root. */
  readonly held: readonly Scope[];
}
