import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsInt, IsString } from 'class-validator';
import { MayBeAbsent } from '../native.validation.js';
import { EXAMPLE_HOTKEY } from './hotkey.schema.js';

@ApiSchema({ name: 'CreateHotkey', description: 'A hotkey of the caller’s, and the proof that they hold it' })
export class CreateHotkeyDto {
  @ApiProperty({ description: 'Its SS58 address, prefix 42', example: EXAMPLE_HOTKEY })
  @IsString()
  hotkey: string;

  @ApiPropertyOptional({
    description: 'What to call it; its address without',
    minLength: 1,
    maxLength: 100,
    example: 'workstation',
  })
  @MayBeAbsent()
  @IsString()
  name?: string;

  @ApiProperty({
    description: 'When the proof was signed, in seconds since 1970; at most 600 seconds from now',
    type: 'integer',
    example: 1_773_480_413,
  })
  @IsInt()
  nonce: number;

  @ApiProperty({
    description: 'The hotkey’s sr25519 signature over `diskyard:<username>:<nonce>:hotkey`, in hex',
    pattern: '^[0-9a-fA-F]{128}$',
    example: 'ab'.repeat(64),
  })
  @IsString()
  signature: string;
}
