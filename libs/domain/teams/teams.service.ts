import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, FieldProblems, mayEverywhere, type Page, pageOf } from '#kernel';
import { violatedUniqueConstraint } from '#platform/database';
import { AuditTrail, changedFacts } from '#domain/audit';
import { ACCOUNT_NAME_RULE, isAccountName } from '#domain/users';
import { notHeld } from '#domain/permissions';
import { mayManageTeam, maySeeTeam, notHeldToAdmit } from './team.policy.js';
import type { TeamView } from './team-view.js';
import { badParent, mayNotManage, nameTaken, operatorsOnly, stillHas, teamNotFound } from './teams.errors.js';
import { type TeamPageQuery, TeamsRepository } from './teams.repository.js';

export interface NewTeam {
  /** Unique among users and teams. */
  readonly name: string;
  readonly description?: string | undefined;
  /** Name of a team without a parent. */
  readonly parent?: string | undefined;
}

export interface TeamChanges {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** Null makes it a team of its own. */
  readonly parent?: string | null | undefined;
}

/** In characters, not in UTF-16 units. */
const MAX_DESCRIPTION = 255;

/** Teams: accounts that own things for their members. */
@Injectable()
export class TeamsService {
  constructor(
    private readonly teams: TeamsRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** The caller's teams and their parents and children; all for whoever reads teams everywhere. */
  async list(principal: AuthenticatedPrincipal, query: TeamPageQuery): Promise<Page<TeamView>> {
    const seen = mayEverywhere(principal, 'team:read') ? 'all' : principal.subjectIds;
    const rows = await this.teams.list(principal.userId, seen, query);
    return pageOf(rows, query);
  }

  /** @throws DomainError `not_found`, also for one that the caller may not see */
  async get(principal: AuthenticatedPrincipal, name: string): Promise<TeamView> {
    const team = await this.teams.findView(principal.userId, name);
    if (!team || !maySeeTeam(principal, team)) throw teamNotFound();
    return team;
  }

  /** As `get`, for what takes `scope` on it. @throws DomainError `not_found`, `forbidden` */
  async getManaged(
    principal: AuthenticatedPrincipal,
    scope: 'team:write' | 'team:delete',
    name: string,
  ): Promise<TeamView> {
    const team = await this.get(principal, name);
    if (!mayManageTeam(principal, scope, team)) throw mayNotManage();
    return team;
  }

  /** Nobody puts others, or themselves, where they get more than the caller holds. @throws DomainError `forbidden` */
  async assertMayAdmit(principal: AuthenticatedPrincipal, team: TeamView): Promise<void> {
    const missing = notHeldToAdmit(principal, team, await this.teams.listScopesWithin(team.id));
    if (missing.length > 0) throw notHeld(missing);
  }

  /** Nobody is in it yet. @throws DomainError `invalid`, `forbidden` */
  async create(principal: AuthenticatedPrincipal, input: NewTeam): Promise<TeamView> {
    checkTeam(input);
    const parent = await this.resolveParent(principal, input.parent ?? null);
    await this.translatingTakenName(async () => {
      if (parent) await this.lockAsParent(parent.id);
      await this.teams.insert(input.name, parent?.id ?? null, input.description ?? '');
      const after = { description: input.description ?? '', parent: parent?.name ?? null };
      await this.audit.record(principal, { action: 'team.create', target: { kind: 'team', name: input.name }, after });
    });
    return this.get(principal, input.name);
  }

  /** Changes only what is named. @throws DomainError `not_found`, `forbidden`, `invalid` */
  async update(principal: AuthenticatedPrincipal, name: string, changes: TeamChanges): Promise<TeamView> {
    const team = await this.getManaged(principal, 'team:write', name);
    checkTeam(changes);
    const parentId = await this.resolveNewParent(principal, team, changes.parent);
    await this.translatingTakenName(async () => {
      if (typeof parentId === 'number') await this.lockAsParent(parentId, team);
      await this.teams.update(team.id, { name: changes.name, description: changes.description, parentId });
      const facts = changedFacts({ ...team, parent: team.parentName }, { ...changes });
      await this.audit.record(principal, {
        action: 'team.update',
        target: { kind: 'team', id: team.id, name: team.name },
        ...facts,
      });
    });
    return this.get(principal, changes.name ?? team.name);
  }

  /** @throws DomainError `not_found`, `forbidden`, `conflict` (it owns something, or has children) */
  async delete(principal: AuthenticatedPrincipal, name: string): Promise<void> {
    const team = await this.getManaged(principal, 'team:delete', name);
    await this.audit.transaction(async () => {
      await this.teams.lock(team.id);
      const belongings = await this.teams.lockBelongings(team.id);
      if (Object.values(belongings).some((count) => count > 0)) throw stillHas(belongings);
      await this.teams.delete(team.id);
      const before = { description: team.description, parent: team.parentName };
      await this.audit.record(principal, {
        action: 'team.delete',
        target: { kind: 'team', id: team.id, name: team.name },
        before,
      });
    });
  }

  /** Undefined to stay where it is. Whoever takes a team away from its parent manages that, too. */
  private async resolveNewParent(
    principal: AuthenticatedPrincipal,
    team: TeamView,
    parent: string | null | undefined,
  ): Promise<number | null | undefined> {
    if (parent === undefined || parent?.toLowerCase() === team.parentName?.toLowerCase()) return undefined;
    if (parent?.toLowerCase() === team.name.toLowerCase()) throw badParent('A team cannot be its own parent');
    if (team.parentName !== null) await this.getManaged(principal, 'team:write', team.parentName);
    const found = await this.resolveParent(principal, parent);
    // The team's members get what the parent holds, and the parent's leads manage the team.
    for (const one of found ? [found, team] : []) await this.assertMayAdmit(principal, one);
    return found?.id ?? null;
  }

  private async resolveParent(principal: AuthenticatedPrincipal, name: string | null): Promise<TeamView | undefined> {
    if (name === null) {
      if (!mayEverywhere(principal, 'team:write')) throw operatorsOnly();
      return undefined;
    }
    const parent = await this.teams.findView(principal.userId, name);
    if (!parent || !maySeeTeam(principal, parent)) throw badParent('Could not find parent');
    if (!mayManageTeam(principal, 'team:write', parent)) throw mayNotManage();
    return parent;
  }

  /** Makes sure, until the transaction ends, that nothing nests deeper than one level below this team. */
  private async lockAsParent(id: number, child?: TeamView): Promise<void> {
    const locked = await this.teams.lock(id, ...(child ? [child.id] : []));
    const parent = locked.find((team) => team.id === id);
    if (!parent) throw badParent('Could not find parent');
    if (parent.parentId !== null) throw badParent('A team that has a parent cannot have children');
    if (child && (await this.teams.hasChildren(child.id))) {
      throw badParent('A team that has children cannot have a parent');
    }
  }

  private async translatingTakenName(work: () => Promise<void>): Promise<void> {
    try {
      await this.audit.transaction(work);
    } catch (error) {
      throw violatedUniqueConstraint(error) === 'users_username_key' ? nameTaken(error) : error;
    }
  }
}

function checkTeam({ name, description }: Partial<Pick<NewTeam, 'name' | 'description'>>): void {
  new FieldProblems()
    .check(name === undefined || isAccountName(name), 'name', `Name ${ACCOUNT_NAME_RULE}`)
    .check(
      description === undefined || [...description].length <= MAX_DESCRIPTION,
      'description',
      `Description cannot be longer than ${MAX_DESCRIPTION} characters in length`,
    )
    .throwIfAny();
}
