import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { COLLABORATOR_ROLES, type CollaboratorRole } from '#domain/namespaces';
import { EXAMPLE_BASE, EXAMPLE_TIME } from '../native.examples.js';
import { UserSummaryAnswer } from '../users/user.schema.js';

const ROLE = 'A reader sees and pulls; a writer also pushes and changes; a maintainer also deletes';

const INVITEE = { id: 3, username: 'bob', email: 'bob@example.com', created_at: EXAMPLE_TIME };

@ApiSchema({ name: 'SharedNamespace', description: 'The root of the tree that an invite shares' })
export class SharedNamespaceAnswer {
  @ApiProperty({ description: 'Number of the namespace', type: 'integer', example: 5 })
  id: number;

  @ApiProperty({ description: 'Its path', example: 'team' })
  path: string;

  @ApiProperty({ description: 'Where it is', format: 'uri', example: `${EXAMPLE_BASE}/n/alice/team` })
  url: string;
}

@ApiSchema({ name: 'AcceptedInvite', description: 'What accepting an invite brought about' })
export class AcceptedInviteAnswer {
  @ApiProperty({ description: 'The tree that is shared' })
  namespace: SharedNamespaceAnswer;

  @ApiProperty({ description: 'With whom', example: INVITEE })
  invitee: UserSummaryAnswer;

  @ApiProperty({ description: 'By whom' })
  inviter: UserSummaryAnswer;

  @ApiProperty({ description: ROLE, enum: COLLABORATOR_ROLES, example: 'reader' })
  role: CollaboratorRole;
}

@ApiSchema({ name: 'Invite', description: 'An offer to share a tree of namespaces that is not answered yet' })
export class InviteAnswer extends AcceptedInviteAnswer {
  @ApiProperty({ description: 'Number of the invite', type: 'integer', example: 1 })
  id: number;

  @ApiProperty({ description: 'The root of the tree that is offered', type: 'integer', example: 5 })
  namespace_id: number;

  @ApiProperty({ description: 'To whom', type: 'integer', example: 3 })
  invitee_id: number;

  @ApiProperty({ description: 'By whom', type: 'integer', example: 2 })
  inviter_id: number;

  @ApiProperty({ description: 'When it was sent', example: EXAMPLE_TIME })
  created_at: Date;

  @ApiProperty({ description: 'Where to accept or decline it', format: 'uri', example: `${EXAMPLE_BASE}/invites/1` })
  url: string;
}

@ApiSchema({ name: 'Collaborator', description: 'A user that a tree of namespaces is shared with' })
export class CollaboratorAnswer {
  @ApiProperty({ description: 'Number of the user', type: 'integer', example: 3 })
  id: number;

  @ApiProperty({ description: 'Email of the user', example: 'bob@example.com' })
  email: string;

  @ApiProperty({ description: 'Name of the user', example: 'bob' })
  username: string;

  @ApiProperty({ description: ROLE, enum: COLLABORATOR_ROLES, example: 'reader' })
  role: CollaboratorRole;

  @ApiProperty({ description: 'Since when', example: EXAMPLE_TIME })
  created_at: Date;

  @ApiProperty({
    description: 'Where to end it',
    format: 'uri',
    example: `${EXAMPLE_BASE}/n/alice/team/-/collaborators/bob`,
  })
  url: string;
}
