import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Members use what the team owns; leads own it. */
export const TEAM_ROLES = ['member', 'lead'] as const;
export type TeamRole = (typeof TEAM_ROLES)[number];

/** A person or a service account in a team. */
@Entity('team_members')
export class TeamMember {
  @PrimaryColumn('integer', { name: 'team_id' })
  teamId: number;

  @PrimaryColumn('integer', { name: 'user_id' })
  userId: number;

  @Column('text')
  role: TeamRole;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
