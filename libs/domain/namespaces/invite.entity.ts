import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { CollaboratorRole } from './collaborator-role.js';

/** An offer to collaborate that its invitee has not answered yet. */
@Entity('invites')
export class Invite {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' })
  id: number;

  /** Of the root. */
  @Column('integer', { name: 'namespace_id' })
  namespaceId: number;

  @Column('integer', { name: 'invitee_id' })
  inviteeId: number;

  @Column('integer', { name: 'inviter_id' })
  inviterId: number;

  @Column('text')
  role: CollaboratorRole;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
