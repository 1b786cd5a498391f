import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { type Scope, SCOPES } from '#kernel';
import { EXAMPLE_TIME } from '../native.examples.js';

@ApiSchema({ name: 'Token', description: 'A bearer credential of one user, without its secret' })
export class TokenAnswer {
  @ApiProperty({ description: 'Number of the token', type: 'integer', example: 3 })
  id: number;

  @ApiProperty({ description: 'Whose token it is', type: 'integer', example: 2 })
  user_id: number;

  @ApiProperty({ description: 'What its holder calls it', example: 'laptop' })
  name: string;

  @ApiProperty({ description: 'What it may do', enum: SCOPES, isArray: true, example: ['image:read', 'image:write'] })
  scopes: Scope[];

  @ApiProperty({
    description: 'Networks that it counts from; empty for anywhere',
    isArray: true,
    type: String,
    example: [],
  })
  cidrs: string[];

  @ApiProperty({
    description: 'Numbers of the namespaces that it is pinned to; null where it is not',
    type: [Number],
    nullable: true,
    example: null,
  })
  namespace_ids: number[] | null;

  @ApiProperty({
    description: 'Numbers of the images that it is pinned to; null where it is not',
    type: [Number],
    nullable: true,
    example: null,
  })
  image_ids: number[] | null;

  @ApiProperty({
    description: 'Until when the secret before the last rotation stays good, too; null where it is dead',
    type: Date,
    nullable: true,
    example: null,
  })
  previous_until: Date | null;

  @ApiProperty({ description: 'When it was made', example: EXAMPLE_TIME })
  created_at: Date;

  @ApiProperty({ description: 'When it ends; null for never', type: Date, nullable: true, example: null })
  expires_at: Date | null;

  @ApiProperty({
    description: 'When it was last sent, to the minute; null for not yet',
    type: Date,
    nullable: true,
    example: null,
  })
  last_used_at: Date | null;
}

@ApiSchema({ name: 'IssuedToken', description: 'A token with its secret, which no later answer shows' })
export class IssuedTokenAnswer extends TokenAnswer {
  @ApiProperty({
    description: 'The secret, to be sent as `Authorization: Bearer …`',
    pattern: '^dyt_[0-9A-Za-z]{49}$',
    example: `dyt_${'x'.repeat(49)}`,
  })
  token: string;
}
