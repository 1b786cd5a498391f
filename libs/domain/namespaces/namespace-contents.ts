/**
 * A list of what belongs to a namespace, read together with it in one statement: what a request may ask of the database
 * is two statements, and one is for its credential.
 */
export interface NamespaceContents<Row extends object, Item> {
  /**
   * A SELECT whose rows have an `id`. In it `node` is the namespace (`node.id`, `node."rootId"`), $1 whose bindings count
   * for the caller, and the parameters from `FIRST_OWN_PARAMETER` on are `values`.
   */
  readonly select: string;
  /** What to order by, where `item` is a row of `select`. */
  readonly order: string;
  readonly values: readonly unknown[];
  readonly toItem: (row: Row) => Item;
}

/** $1 to $3 are the caller, the owner's username and the path. */
export const FIRST_OWN_PARAMETER = 4;
