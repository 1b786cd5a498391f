import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a team is besides its account, which has its name. */
@Entity('teams')
export class Team {
  /** The account's. */
  @PrimaryColumn('integer')
  id: number;

  /** Nested one level at most: a parent has no parent. */
  @Column('integer', { name: 'parent_id', nullable: true })
  parentId: number | null;

  @Column('text', { default: '' })
  description: string;
}
