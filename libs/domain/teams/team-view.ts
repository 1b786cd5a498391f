import type { TeamRole } from './team-member.entity.js';

/** A team as the caller sees it, read in one statement. */
export interface TeamView {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly parentId: number | null;
  readonly parentName: string | null;
  readonly memberCount: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** What the caller is in it, or null. */
  readonly callerRole: TeamRole | null;
  /** Whether the caller is in its parent. */
  readonly callerInParent: boolean;
}

export interface TeamMemberView {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly createdAt: Date;
  readonly role: TeamRole;
  readonly joinedAt: Date;
}
