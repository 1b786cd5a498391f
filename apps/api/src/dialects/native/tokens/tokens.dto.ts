import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsArray, IsInt, IsString } from 'class-validator';
import { SCOPES } from '#kernel';
import { MayBeAbsent, OptionalBody } from '../native.validation.js';

const LIST_OF_PATHS = 'namespaces must be a list of strings';
const LIST_OF_NUMBERS = 'images must be a list of whole numbers';
const LIST_OF_CIDRS = 'cidrs must be a list of strings';
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
    description:
      'Name of the user whose token it is to be: a service account that the caller manages, or for admins anybody; the caller’s own without',
  })
  @MayBeAbsent()
  @IsString()
  user?: string;

  @ApiPropertyOptional({
    description: 'Networks that it counts from, such as `10.0.0.0/8`; those of the token that makes it without',
    type: [String],
    maxItems: 100,
  })
  @MayBeAbsent()
  @IsArray({ message: LIST_OF_CIDRS })
  @IsString({ each: true, message: LIST_OF_CIDRS })
  cidrs?: string[];

  @ApiPropertyOptional({
    description:
      'Namespaces that it is pinned to, with all below: `path` or `path@owner`. Takes scopes of images, namespaces and operations only',
    type: [String],
    maxItems: 20,
  })
  @MayBeAbsent()
  @IsArray({ message: LIST_OF_PATHS })
  @IsString({ each: true, message: LIST_OF_PATHS })
  namespaces?: string[];

  @ApiPropertyOptional({ description: 'Numbers of images that it is pinned to', type: [Number], maxItems: 20 })
  @MayBeAbsent()
  @IsArray({ message: LIST_OF_NUMBERS })
  @IsInt({ each: true, message: LIST_OF_NUMBERS })
  images?: number[];
}

@OptionalBody()
@ApiSchema({ name: 'RotateToken', description: 'How to rotate; may be left out' })
export class RotateTokenDto {
  @ApiPropertyOptional({
    description: 'Seconds that the old secret stays good, at most thirty days; without, it dies at once',
    type: 'integer',
    minimum: 0,
    maximum: 2_592_000,
    default: 0,
    example: 3600,
  })
  @MayBeAbsent()
  @IsInt()
  overlap?: number;
}
