import { FieldProblems } from '#kernel';
import { isNamespaceName, NAMESPACE_NAME_RULE } from './namespace-path.js';
import { type Visibility, VISIBILITIES } from './visibility.js';

export interface NewNamespace {
  readonly name: string;
  /** Username or team whose tree it is to be in; the caller unless told. */
  readonly owner?: string | undefined;
  /** Path of one of the owner's. */
  readonly parent?: string | undefined;
  readonly description?: string | undefined;
  readonly visibility?: string | undefined;
}

export interface NamespaceChanges {
  readonly description?: string | undefined;
  readonly visibility?: string | undefined;
}

/** In characters, not in UTF-16 units. */
const MAX_DESCRIPTION = 255;

/** What was given of a namespace’s fields. @throws DomainError `invalid` naming each field */
export function checkFields({ name, description, visibility }: Partial<NewNamespace>): void {
  new FieldProblems()
    .check(name === undefined || isNamespaceName(name), 'name', `Name ${NAMESPACE_NAME_RULE}`)
    .check(
      description === undefined || [...description].length <= MAX_DESCRIPTION,
      'description',
      `Description cannot be longer than ${MAX_DESCRIPTION} characters in length`,
    )
    .check(
      visibility === undefined || toVisibility(visibility) !== undefined,
      'visibility',
      `Visibility must be one of ${VISIBILITIES.join(', ')}`,
    )
    .throwIfAny();
}

/** Undefined for what is none. */
export function toVisibility(text: string | undefined): Visibility | undefined {
  return VISIBILITIES.find((visibility) => visibility === text);
}
