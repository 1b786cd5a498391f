import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { EXAMPLE_TIME } from '../native.examples.js';

@ApiSchema({ name: 'BindingRole', description: 'The role that a binding gives' })
export class BindingRoleAnswer {
  @ApiProperty({ description: 'Number of the role', type: 'integer', example: 2 })
  id: number;

  @ApiProperty({ description: 'Its name', example: 'writer' })
  name: string;
}

@ApiSchema({
  name: 'Binding',
  description: 'A role that a user or a team has: everywhere, on a namespace and all below, or on one image',
})
export class BindingAnswer {
  @ApiProperty({ description: 'Number of the binding', type: 'integer', example: 9 })
  id: number;

  @ApiProperty({ description: 'What it gives', type: BindingRoleAnswer })
  role: BindingRoleAnswer;

  @ApiProperty({
    description: 'Whom: `{"user": name}`, also for a service account, or `{"team": name}`',
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { user: 'bob' },
  })
  subject: Readonly<Record<string, string>>;

  @ApiProperty({
    description: 'On which namespace and all below, as `path@owner`',
    type: String,
    nullable: true,
    example: 'team@alice',
  })
  namespace: string | null;

  @ApiProperty({
    description: 'On which image, by its reference; with neither it is global',
    type: String,
    nullable: true,
    example: null,
  })
  image: string | null;

  @ApiProperty({ description: 'Number of that image', type: 'integer', nullable: true, example: null })
  image_id: number | null;

  @ApiProperty({ description: 'Who made it', type: String, nullable: true, example: 'alice' })
  created_by: string | null;

  @ApiProperty({ description: 'When it was made', example: EXAMPLE_TIME })
  created_at: Date;

  @ApiProperty({ description: 'When it ends; null for never', type: Date, nullable: true, example: null })
  expires_at: Date | null;
}
