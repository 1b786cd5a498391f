/** A binding counts until it expires. */
export const BINDING_IS_LIVE = '(b.expires_at IS NULL OR b.expires_at > now())';

/**
 * An SQL expression of type `text[]`: the scopes that a caller's roles give them on one thing, by bindings on it or on a
 * namespace above it; one may come twice. `$1` is whose bindings count, an `integer[]`. Global bindings come with the credential.
 * @param target - what `b`, a binding, must be on, such as `b.image_id = i.id`
 */
export function heldScopes(target: string): string {
  return `ARRAY(SELECT unnest(r.scopes) FROM bindings b JOIN roles r ON r.id = b.role_id
    WHERE b.subject_id = ANY($1) AND ${target} AND ${BINDING_IS_LIVE})`;
}

/** As `heldScopes`, for a namespace whose `lineage` the expression names. */
export const heldInNamespace = (lineage: string): string => heldScopes(`b.namespace_id = ANY(${lineage})`);
