import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { GLOBAL_ROLES, type GlobalRole, type Scope, SCOPES } from '#kernel';
import { type AccountKind, USER_KINDS } from '#domain/users';
import { EXAMPLE_TIME } from '../native.examples.js';

@ApiSchema({ name: 'UserSummary', description: 'A user as part of other answers' })
export class UserSummaryAnswer {
  @ApiProperty({ description: 'Number of the user', type: 'integer', example: 2 })
  id: number;

  @ApiProperty({ description: 'The name in paths and references, told apart whatever the case', example: 'alice' })
  username: string;

  @ApiProperty({ description: 'Where the user can be reached; invites take it too', example: 'alice@example.com' })
  email: string;

  @ApiProperty({ description: 'When the user came to be', example: EXAMPLE_TIME })
  created_at: Date;
}

@ApiSchema({ name: 'User', description: 'A person or a service account' })
export class UserAnswer extends UserSummaryAnswer {
  @ApiProperty({ description: 'Whether it is a person or a service account', enum: USER_KINDS, example: 'person' })
  kind: AccountKind;

  @ApiProperty({
    description: 'Admins manage users, and see what is everybody’s',
    enum: GLOBAL_ROLES,
    example: 'member',
  })
  role: GlobalRole;

  @ApiProperty({
    description: 'Number of the team whose leads manage it, for a service account of one',
    type: 'integer',
    nullable: true,
    example: null,
  })
  owner_id: number | null;

  @ApiProperty({
    description:
      'Number of the namespace it belongs to, for a service account of one: whoever owns the tree manages it',
    type: 'integer',
    nullable: true,
    example: null,
  })
  namespace_id: number | null;

  @ApiProperty({ description: 'Whether the user is shut out: every token of theirs is refused', example: false })
  disabled: boolean;

  @ApiProperty({ description: 'Since when', type: Date, nullable: true, example: null })
  disabled_at: Date | null;

  @ApiProperty({ description: 'When anything above last changed', example: EXAMPLE_TIME })
  updated_at: Date;
}

@ApiSchema({ name: 'Caller', description: 'Whose token it is, and what it may do' })
export class CallerAnswer extends UserAnswer {
  @ApiProperty({
    description: 'The scopes of the token that was sent',
    enum: SCOPES,
    isArray: true,
    example: ['image:read', 'image:write'],
  })
  scopes: Scope[];
}
