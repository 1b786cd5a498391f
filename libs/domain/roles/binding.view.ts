import type { Scope } from '#kernel';

/** What a binding is on: the whole installation, a namespace with all below it, or one image. */
export type BindingTarget =
  | { readonly kind: 'global' }
  | { readonly kind: 'namespace'; readonly id: number; readonly owner: string; readonly path: string }
  | { readonly kind: 'image'; readonly id: number; readonly reference: string };

/** Somebody's role somewhere. */
export interface BindingView {
  readonly id: number;
  readonly role: { readonly id: number; readonly name: string; readonly scopes: readonly Scope[] };
  readonly subject: { readonly id: number; readonly username: string; readonly kind: 'person' | 'service' | 'team' };
  readonly target: BindingTarget;
  /** Who made it; null where nobody is known. */
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  /** Whose the target is; 0 for the whole installation. */
  readonly ownerId: number;
  /** What the caller's bindings give them on the target. */
  readonly held: readonly Scope[];
}
