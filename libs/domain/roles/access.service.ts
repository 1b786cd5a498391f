import { Injectable } from '@nestjs/common';
import {
  type AuthenticatedPrincipal,
  DomainError,
  isScope,
  mayEverywhere,
  type Page,
  pageOf,
  type Scope,
  SCOPES,
  type PageQuery,
} from '#kernel';
import { maySee, parseNamespacePath } from '#domain/namespaces';
import { holds } from '#domain/permissions';
import { AccessRepository } from './access.repository.js';
import type { ThingNames } from './access.sql.js';
import type { Explanation, Holder, ImageAccess, Thing } from './access.view.js';
import { openness, reasonsOf } from './explain.policy.js';
import { lacksScope, notFound } from './roles.errors.js';
import { readImageFilter } from './targets.js';

export interface AccessQuestion {
  /** The caller without. */
  readonly user?: string | undefined;
  readonly scope: string;
  /** `image:<id or reference>` or `namespace:<path[@owner]>`; the whole installation without. */
  readonly target?: string | undefined;
}

const IMAGE_SCOPES: readonly Scope[] = ['image:read', 'image:write', 'image:delete'];

/** Answers who may do what, and why, by the rule that decides. */
@Injectable()
export class AccessService {
  constructor(private readonly access: AccessRepository) {}

  /**
   * Of oneself it tells what the token that was sent may; of others what their roles give them, which takes `role:read`
   * on the target.
   * @throws DomainError `invalid`, `not_found` (also a target that the caller may not see), `forbidden`
   */
  async explain(principal: AuthenticatedPrincipal, question: AccessQuestion): Promise<Explanation> {
    const scope = readScope(question.scope);
    const { user = principal.username } = question;
    const names = readTarget(principal, question.target);
    const facts = names && (await this.access.findOf(principal.subjectIds, names, user));
    if (!facts) throw notFound();
    const self = user.toLowerCase() === principal.username.toLowerCase();
    assertMayAsk(principal, facts.thing, self);
    const [holder] = facts.holders;
    if (!holder) throw notFound();
    return explanation(holder, scope, facts.thing, self ? principal : undefined);
  }

  /**
   * Everybody who may read, write or delete an image, by name; first of all what anybody may. Disabled users may nothing.
   * @throws DomainError `not_found`, `forbidden` without `role:read` on it
   */
  async listOfImage(principal: AuthenticatedPrincipal, image: string, query: PageQuery): Promise<Page<ImageAccess>> {
    const names = readTarget(principal, `image:${image}`);
    const facts = names && (await this.access.findInvolved(principal.subjectIds, names, query));
    if (!facts) throw notFound();
    assertMayAsk(principal, facts.thing, false);
    const { items: holders, ...more } = pageOf(facts.holders, query);
    const users = holders.map((holder) => accessOf(holder, facts.thing));
    const items = query.page === 1 ? [...ofAnybody(facts.thing), ...users] : users;
    return { ...more, items };
  }
}

function explanation(
  holder: Holder,
  scope: Scope,
  thing: Thing,
  self: AuthenticatedPrincipal | undefined,
): Explanation {
  const because = reasonsOf(holder, scope, thing);
  const target = thing.kind === 'global' ? 'global' : `${thing.kind}:${thing.name}`;
  const missing = missingOf(holder, scope, target, because.length > 0, self);
  return { allowed: missing === null, scope, user: holder.username, target, because, missing };
}

function missingOf(
  { disabled, username }: Holder,
  scope: Scope,
  target: string,
  granted: boolean,
  self: AuthenticatedPrincipal | undefined,
): string | null {
  if (disabled) return `${username} is disabled`;
  if (!granted) return `No role of ${username} or of their teams grants ${scope} on ${target}`;
  return self && !self.scopes.has(scope) ? `Your token does not have the scope ${scope}` : null;
}

function accessOf(holder: Holder, thing: Thing): ImageAccess {
  const because = IMAGE_SCOPES.flatMap((scope) =>
    reasonsOf(holder, scope, thing).map((reason) => ({ scope, ...reason })),
  );
  return {
    user: holder.username,
    scopes: IMAGE_SCOPES.filter((scope) => because.some((one) => one.scope === scope)),
    because,
  };
}

function ofAnybody(thing: Thing): ImageAccess[] {
  const because = openness('image:read', thing).map((reason) => ({ scope: 'image:read' as const, ...reason }));
  return because.length === 0 ? [] : [{ user: null, scopes: ['image:read'], because }];
}

function assertMayAsk(principal: AuthenticatedPrincipal, thing: Thing, self: boolean): void {
  const { kind } = thing;
  const mayRead = kind === 'global' ? mayEverywhere(principal, 'role:read') : holds(principal, 'role:read', thing);
  if (mayRead || (self && kind === 'global')) return;
  const visible = kind === 'global' || maySee(principal, kind === 'image' ? 'image:read' : 'namespace:read', thing);
  if (!visible) throw notFound();
  if (!self) throw lacksScope('role:read', kind === 'global' ? 'on the whole installation' : `on this ${kind}`);
}

function readScope(text: string): Scope {
  if (isScope(text)) return text;
  const problem = text === '' ? 'Say which scope' : `Unknown scope: ${text}`;
  throw DomainError.field('invalid', 'scope', `${problem}. Known are: ${SCOPES.join(', ')}`);
}

/** Undefined for what can name no image. */
function readTarget(principal: AuthenticatedPrincipal, text: string | undefined): ThingNames | undefined {
  if (text === undefined) return { kind: 'global' };
  const [kind, name] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)];
  if (kind === 'namespace') {
    const { owner = principal.username, names } = parseNamespacePath(name);
    return { kind, owner, path: names.join('/') };
  }
  if (kind !== 'image') {
    throw DomainError.field('invalid', 'target', 'Target must be image:<id or reference> or namespace:<path[@owner]>');
  }
  const reference = readImageFilter(principal, name);
  return reference && { kind, reference };
}
