import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { VISIBILITIES, type Visibility } from '#domain/namespaces';
import { EXAMPLE_BASE, EXAMPLE_TIME } from '../native.examples.js';
import { UserSummaryAnswer } from '../users/user.schema.js';

const URL = `${EXAMPLE_BASE}/n/alice/team`;

/** A URL below the namespace's own. */
const Collection = (name: string, description: string): PropertyDecorator =>
  ApiProperty({ description, format: 'uri', example: `${URL}/-/${name}` });

/** A URL that the contract names and nothing answers at. */
const Unserved = (name: string): PropertyDecorator =>
  Collection(name, `The contract’s place for ${name}; nothing is served there`);

@ApiSchema({ name: 'Namespace', description: 'A node of a user’s tree, in which images can be' })
export class NamespaceAnswer {
  @ApiProperty({ description: 'Number of the namespace', type: 'integer', example: 5 })
  id: number;

  @ApiProperty({ description: 'Whose tree it is in', type: 'integer', example: 2 })
  user_id: number;

  @ApiProperty({ description: 'The root of its tree; its own number for a root', type: 'integer', example: 5 })
  root_id: number;

  @ApiProperty({ description: 'The node above; null for a root', type: 'integer', nullable: true, example: null })
  parent_id: number | null;

  @ApiProperty({ description: 'Its own name, the last one of its path', example: 'team' })
  name: string;

  @ApiProperty({ description: 'The names from the root down to it, with slashes between', example: 'team' })
  path: string;

  @ApiProperty({ description: 'What its owner says of it', maxLength: 255, example: '' })
  description: string;

  @ApiProperty({ description: 'Who may read in it, decided on the root', enum: VISIBILITIES, example: 'private' })
  visibility: Visibility;

  @ApiProperty({ description: 'When it was made', example: EXAMPLE_TIME })
  created_at: Date;

  @ApiProperty({ description: 'When its description or visibility last changed', example: EXAMPLE_TIME })
  updated_at: Date;

  @ApiProperty({ description: 'Where it is', format: 'uri', example: URL })
  url: string;

  @Unserved('builds')
  builds_url: string;

  @Collection('namespaces', 'The list of its children')
  namespaces_url: string;

  @Collection('images', 'The list of its images')
  images_url: string;

  @Unserved('objects')
  objects_url: string;

  @Unserved('variables')
  variables_url: string;

  @Unserved('keys')
  keys_url: string;

  @Collection('invites', 'The list of unanswered invites to its tree')
  invites_url: string;

  @Collection('collaborators', 'The list of those its tree is shared with')
  collaborators_url: string;

  @Unserved('webhooks')
  webhooks_url: string;

  @ApiProperty({ description: 'Its owner' })
  user: UserSummaryAnswer;

  @ApiProperty({ description: 'The contract’s last build; always null', type: 'null', example: null })
  build: null;
}
