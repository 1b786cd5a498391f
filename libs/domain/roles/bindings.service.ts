import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, mayEverywhere, type Page, type PageQuery, pageOf } from '#kernel';
import { type AuditFacts, type AuditTarget, AuditTrail } from '#domain/audit';
import { parseNamespacePath } from '#domain/namespaces';
import { holds, INSTALLATION } from '#domain/permissions';
import { type Expiry, readExpiry, readSubject, type SubjectNames } from './binding-input.js';
import { Binder } from './binder.js';
import type { BindingView } from './binding.view.js';
import { type BindingFilters, BindingsRepository } from './bindings.repository.js';
import { Grants, whereOf } from './grants.js';
import { lacksScope, notFound } from './roles.errors.js';
import { readImageFilter, type Target, type TargetNames, Targets } from './targets.js';

export interface BindingInput extends TargetNames, Expiry {
  /** An id, or the name of a global role or of one of the target's tree. */
  readonly role: string;
  readonly subject: SubjectNames;
}

/** As a request names them. */
export interface BindingQuery extends PageQuery, TargetNames {
  readonly subject?: string | undefined;
  readonly role?: string | undefined;
}

/** Who has which role where. Grants go through `Grants`; what is in force is read with the credential and the target. */
@Injectable()
export class BindingsService {
  constructor(
    private readonly bindings: BindingsRepository,
    private readonly targets: Targets,
    private readonly grants: Grants,
    private readonly binder: Binder,
    private readonly audit: AuditTrail,
  ) {}

  /** One's own, and those on what one holds `role:read` on. What is not there, or not to be seen, is in no list. */
  async list(principal: AuthenticatedPrincipal, query: BindingQuery): Promise<Page<BindingView>> {
    const everything = mayEverywhere(principal, 'role:read');
    const filters = readFilters(principal, query);
    const rows = filters === undefined ? [] : await this.bindings.list(principal, everything, filters, query);
    return pageOf(rows, query);
  }

  /** @throws DomainError `not_found`, also for one that is not for the caller to see */
  async get(principal: AuthenticatedPrincipal, id: number): Promise<BindingView> {
    const binding = await this.bindings.findView(principal.subjectIds, id);
    const own = binding && principal.subjectIds.includes(binding.subject.id);
    if (!binding || !(own || holds(principal, 'role:read', binding))) throw notFound();
    return binding;
  }

  /**
   * The caller must hold `role:write` and each of the role's scopes on the target, by token and by roles.
   * Without an expiry of its own a binding ends with what the caller holds.
   * @throws DomainError `invalid`, `not_found` (target, role or subject), `forbidden`, `conflict` (a double, or a target that was moved)
   */
  async create(principal: AuthenticatedPrincipal, input: BindingInput): Promise<BindingView> {
    const [wanted, subject] = [readExpiry(input), readSubject(input.subject)];
    return this.audit.transaction(async () => {
      const target = await this.targets.hold(principal, input);
      const subjectId = await this.binder.holdSubject(subject);
      const id = await this.binder.bind(principal, target, { role: input.role, subjectId, wanted });
      const made = await this.getMade(principal, id);
      await this.audit.record(principal, { action: 'binding.create', target: auditTarget(made), after: factsOf(made) });
      return made;
    });
  }

  /** Takes what making it would. @throws DomainError `not_found`, `invalid`, `forbidden` */
  async updateExpiry(principal: AuthenticatedPrincipal, id: number, expiry: Expiry): Promise<BindingView> {
    const seen = await this.getWritable(principal, 'role:write', id);
    const wanted = readExpiry(expiry);
    if (wanted === undefined) return seen;
    await this.audit.transaction(async () => {
      const binding = await this.holdWritable(principal, 'role:write', id);
      const expiresAt = await this.grants.allow(principal, targetOf(binding), binding.role.scopes, wanted);
      await this.bindings.updateExpiry(id, expiresAt);
      const [before, after] = [{ expires_at: binding.expiresAt }, { expires_at: expiresAt }];
      await this.audit.record(principal, { action: 'binding.update', target: auditTarget(binding), before, after });
    });
    return this.getMade(principal, id);
  }

  /** Ends it at once. @throws DomainError `not_found`, `forbidden` */
  async delete(principal: AuthenticatedPrincipal, id: number): Promise<void> {
    await this.audit.transaction(async () => {
      const binding = await this.holdWritable(principal, 'role:delete', id);
      await this.bindings.delete(id);
      const before = factsOf(binding);
      await this.audit.record(principal, { action: 'binding.delete', target: auditTarget(binding), before });
    });
  }

  /** As `getWritable`, and so it stays until the transaction ends. */
  private async holdWritable(
    principal: AuthenticatedPrincipal,
    scope: 'role:write' | 'role:delete',
    id: number,
  ): Promise<BindingView> {
    await this.bindings.hold(id);
    return this.getWritable(principal, scope, id);
  }

  /** Who may change it need not be able to read others: then it is not there for them. */
  private async getWritable(
    principal: AuthenticatedPrincipal,
    scope: 'role:write' | 'role:delete',
    id: number,
  ): Promise<BindingView> {
    const binding = await this.bindings.findView(principal.subjectIds, id);
    if (binding && holds(principal, scope, binding)) return binding;
    const own = binding && principal.subjectIds.includes(binding.subject.id);
    throw own ? lacksScope(scope, whereOf(targetOf(binding))) : notFound();
  }

  private async getMade({ subjectIds }: AuthenticatedPrincipal, id: number): Promise<BindingView> {
    const binding = await this.bindings.findView(subjectIds, id);
    if (!binding) throw notFound();
    return binding;
  }
}

/** A binding is named by what it is on. */
function auditTarget({ id, target }: BindingView): AuditTarget {
  if (target.kind === 'image') return { kind: 'binding', id, name: target.reference };
  return { kind: 'binding', id, name: target.kind === 'namespace' ? `${target.owner}/${target.path}` : '*' };
}

function factsOf({ role, subject, expiresAt }: BindingView): AuditFacts {
  return { role: role.name, scopes: role.scopes, subject: subject.username, expires_at: expiresAt };
}

function readFilters(
  principal: AuthenticatedPrincipal,
  { subject, role, namespace, image }: BindingQuery,
): BindingFilters | undefined {
  const reference = image === undefined ? undefined : readImageFilter(principal, image);
  if (image !== undefined && !reference) return undefined; // it can name no image
  if (namespace === undefined) return { subject, role, image: reference };
  const { owner = principal.username, names } = parseNamespacePath(namespace);
  return { subject, role, image: reference, namespace: { owner, path: names.join('/') } };
}

function targetOf({ target, ownerId, held }: BindingView): Target {
  return {
    namespaceId: target.kind === 'namespace' ? target.id : null,
    imageId: target.kind === 'image' ? target.id : null,
    rootId: null, // only a role is looked up by it
    standing: target.kind === 'global' ? INSTALLATION : { ownerId, held },
  };
}
