import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsArray, IsInt, IsString } from 'class-validator';
import { SCOPES } from '#kernel';
import { MayBeAbsent } from '../native.validation.js';

const LIST_OF_STRINGS = 'scopes must be a list of strings';

@ApiSchema({ name: 'CreateToken', description: 'A new token' })
export class CreateTokenDto {
  @ApiProperty({ description: 'What to call it', minLength: 1, maxLength: 100, example: 'laptop' })
  @IsString()
  name: string;

  @ApiProperty({
    description: 'What it may do; no more than the token that makes it',
    enum: SCOPES,
    isArray: true,
    minItems: 1,
    example: ['image:read', 'image:write'],
  })
  @IsArray({ message: LIST_OF_STRINGS })
  @IsString({ each: true, message: LIST_OF_STRINGS })
  scopes: string[];

  @ApiPropertyOptional({
    description: 'Seconds until it ends, at most ten years; without, it ends with the token that makes it',
    type: 'integer',
    minimum: 1,
  })
  @MayBeAbsent()
  @IsInt()
  expires_in?: number;

  @ApiPropertyOptional({
    description: 'Name of the user whose token it is to be, for admins; the caller’s own without',
  })
  @MayBeAbsent()
  @IsString()
  user?: string;
}
