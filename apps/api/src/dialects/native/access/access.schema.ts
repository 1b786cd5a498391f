import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { type Scope, SCOPES } from '#kernel';
import { VISIBILITIES, type Visibility } from '#domain/namespaces';

const KINDS = ['admin', 'owner', 'team', 'binding', 'global', 'visibility'] as const;

@ApiSchema({ name: 'Reason', description: 'One thing that grants a scope on a target' })
export class ReasonAnswer {
  @ApiProperty({
    description:
      'An admin’s role; owning it; being in the team that owns it; a binding on it or above; a global binding; its visibility',
    enum: KINDS,
    example: 'binding',
  })
  kind: (typeof KINDS)[number];

  @ApiProperty({
    description: 'By which role; in an owning team `lead` or `member`',
    type: String,
    nullable: true,
    example: 'writer',
  })
  role: string | null;

  @ApiProperty({ description: 'Number of the binding', type: 'integer', nullable: true, example: 9 })
  binding: number | null;

  @ApiProperty({ description: 'The team that has it', type: String, nullable: true, example: null })
  team: string | null;

  @ApiProperty({
    description: 'The namespace that the binding is on, as `path@owner`',
    type: String,
    nullable: true,
    example: 'team@alice',
  })
  namespace: string | null;

  @ApiProperty({
    description: 'Number of the image that the binding is on',
    type: 'integer',
    nullable: true,
    example: null,
  })
  image: number | null;

  @ApiProperty({
    description: 'What makes it everybody’s, or every user’s',
    enum: VISIBILITIES,
    type: String,
    nullable: true,
    example: null,
  })
  visibility: Visibility | null;
}

@ApiSchema({ name: 'Explanation', description: 'Whether a user may do something, and why' })
export class ExplanationAnswer {
  @ApiProperty({ description: 'The answer', example: true })
  allowed: boolean;

  @ApiProperty({ description: 'What was asked', enum: SCOPES, example: 'image:write' })
  scope: Scope;

  @ApiProperty({ description: 'Of whom', example: 'bob' })
  user: string;

  @ApiProperty({ description: 'On what: `image:…`, `namespace:…` or `global`', example: 'namespace:team@alice' })
  target: string;

  @ApiProperty({ description: 'All that the user’s roles grant it by', type: [ReasonAnswer] })
  because: ReasonAnswer[];

  @ApiProperty({
    description: 'What stands in the way; null where it is allowed',
    type: String,
    nullable: true,
    example: null,
  })
  missing: string | null;
}

@ApiSchema({ name: 'ScopeReason', description: 'One thing that grants one scope on an image' })
export class ScopeReasonAnswer extends ReasonAnswer {
  @ApiProperty({ description: 'What it grants', enum: SCOPES, example: 'image:read' })
  scope: Scope;
}

@ApiSchema({ name: 'ImageAccess', description: 'What a user may do with an image, and why' })
export class ImageAccessAnswer {
  @ApiProperty({
    description: 'Name of the user; null for everybody whom its visibility lets in',
    type: String,
    nullable: true,
    example: 'bob',
  })
  user: string | null;

  @ApiProperty({ description: 'What they may', enum: SCOPES, isArray: true, example: ['image:read'] })
  scopes: Scope[];

  @ApiProperty({ description: 'Why', type: [ScopeReasonAnswer] })
  because: ScopeReasonAnswer[];
}
