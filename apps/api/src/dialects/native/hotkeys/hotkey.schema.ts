import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { type Scope, SCOPES } from '#kernel';
import { EXAMPLE_TIME } from '../native.examples.js';

export const EXAMPLE_HOTKEY = '5DtDLm5rQHShDqojQpsvcN8tRXHVFaecfDoRet1SU6BFD9Fi';

@ApiSchema({ name: 'Hotkey', description: 'A public key that signs requests of one user' })
export class HotkeyAnswer {
  @ApiProperty({ description: 'Number of the hotkey', type: 'integer', example: 7 })
  id: number;

  @ApiProperty({ description: 'Its SS58 address, prefix 42', example: EXAMPLE_HOTKEY })
  hotkey: string;

  @ApiProperty({ description: 'What its holder calls it', example: 'workstation' })
  name: string;

  @ApiProperty({
    description: 'What requests that it signs may do: of these no more than the token that registered it',
    enum: SCOPES,
    isArray: true,
    example: ['image:read', 'image:write', 'image:delete', 'image:build', 'operation:read'],
  })
  scopes: readonly Scope[];

  @ApiProperty({
    description: 'Networks that it counts from; empty for anywhere',
    isArray: true,
    type: String,
    example: [],
  })
  cidrs: readonly string[];

  @ApiProperty({ description: 'When it was registered', example: EXAMPLE_TIME })
  created_at: Date;

  @ApiProperty({ description: 'When it ends; null for never', type: Date, nullable: true, example: null })
  expires_at: Date | null;

  @ApiProperty({
    description: 'When it last signed a request, to the minute; null for not yet',
    type: Date,
    nullable: true,
    example: null,
  })
  last_used_at: Date | null;
}
