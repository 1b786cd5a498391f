import { FieldProblems, INSTALLATION_SCOPES, isScope, roleScopeOf, type Scope, SCOPES } from '#kernel';

/** What a role of one tree may hold: what its owner can hand out there. */
const TREE_SCOPES: readonly Scope[] = SCOPES.filter(
  (scope) => /^(image|namespace|invite|role):/.test(scope) || scope === 'quota:read',
);

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/i;
const MAX_DESCRIPTION = 255;

export interface RoleFields {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
}

/**
 * Checks what was given of a role's fields, and answers its scopes without doubles.
 * @throws DomainError `invalid` naming each field
 */
export function checkRole({ name, description, scopes }: RoleFields, where: 'global' | 'tree'): Scope[] | undefined {
  const problems = new FieldProblems();
  if (name !== undefined) {
    problems.check(
      NAME.test(name) && !/^\d+$/.test(name),
      'name',
      'Name must be 1 to 63 letters, digits, dots, dashes or underscores, begin with a letter or digit, and be no number',
    );
  }
  problems.check(
    [...(description ?? '')].length <= MAX_DESCRIPTION,
    'description',
    `Description cannot be longer than ${MAX_DESCRIPTION} characters in length`,
  );
  if (scopes !== undefined) checkScopes(problems, scopes, where);
  problems.throwIfAny();
  return scopes && SCOPES.filter((scope) => scopes.includes(scope));
}

/** Of a role's scopes those that only count on the whole installation. */
export const installationScopes = (scopes: readonly Scope[]): Scope[] =>
  scopes.filter((scope) => INSTALLATION_SCOPES.includes(scope));

function checkScopes(problems: FieldProblems, scopes: readonly string[], where: 'global' | 'tree'): void {
  const unknown = scopes.filter((scope) => !isScope(scope));
  const forTokens = scopes.filter((scope) => isScope(scope) && roleScopeOf(scope) !== scope);
  const foreign = where === 'tree' ? scopes.filter((scope) => isScope(scope) && !TREE_SCOPES.includes(scope)) : [];
  if (scopes.length === 0) problems.add('scopes', 'Scopes must name at least one scope');
  else if (unknown.length > 0) {
    problems.add('scopes', `Unknown scopes: ${unknown.join(', ')}. Known are: ${SCOPES.join(', ')}`);
  } else if (forTokens.length > 0) {
    problems.add(
      'scopes',
      `Only tokens hold ${forTokens.join(', ')}: a role gives image:read to see the work on images, image:write to manage it and to build`,
    );
  } else if (foreign.length > 0) {
    problems.add(
      'scopes',
      `A namespace’s role cannot hold ${foreign.join(', ')}. It may hold: ${TREE_SCOPES.join(', ')}`,
    );
  }
}
