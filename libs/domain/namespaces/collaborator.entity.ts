import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CollaboratorRole } from './collaborator-role.js';

/** A user's role in somebody else's tree. */
@Entity('collaborators')
export class Collaborator {
  /** Of the root. */
  @PrimaryColumn('integer', { name: 'namespace_id' })
  namespaceId: number;

  @PrimaryColumn('integer', { name: 'user_id' })
  userId: number;

  @Column('text')
  role: CollaboratorRole;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
