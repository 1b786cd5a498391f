import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { type Scope, SCOPES } from '#kernel';
import { EXAMPLE_TIME } from '../native.examples.js';

@ApiSchema({ name: 'Role', description: 'A named set of scopes' })
export class RoleAnswer {
  @ApiProperty({ description: 'Number of the role', type: 'integer', example: 7 })
  id: number;

  @ApiProperty({ description: 'What to bind it by', example: 'pusher' })
  name: string;

  @ApiProperty({ description: 'What it is for', example: 'CI pushes with it' })
  description: string;

  @ApiProperty({ description: 'What it grants', enum: SCOPES, isArray: true, example: ['image:read', 'image:write'] })
  scopes: Scope[];

  @ApiProperty({
    description: 'Root of the tree it belongs to, as `path@owner`; null for a global role',
    type: String,
    nullable: true,
    example: 'team@alice',
  })
  namespace: string | null;

  @ApiProperty({
    description: 'Whether it came with the installation; then it can be neither changed nor deleted',
    example: false,
  })
  built_in: boolean;

  @ApiProperty({
    description: 'Grows with each change; a change must send the one it is based on',
    type: 'integer',
    example: 1,
  })
  version: number;

  @ApiProperty({ description: 'When it was made', example: EXAMPLE_TIME })
  created_at: Date;

  @ApiProperty({ description: 'When anything above last changed', example: EXAMPLE_TIME })
  updated_at: Date;
}
