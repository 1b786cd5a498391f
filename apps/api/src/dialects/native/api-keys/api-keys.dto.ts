import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsString, ValidateNested } from 'class-validator';
import { API_KEY_ACTIONS, API_KEY_OBJECT_TYPES, type AskedLimit } from '#domain/api-keys';
import { MayBeAbsent } from '../native.validation.js';

@ApiSchema({ name: 'CreateApiKeyScope', description: 'An action that the key is to be good for' })
export class CreateApiKeyScopeDto {
  @ApiProperty({ description: 'What it is about', enum: API_KEY_OBJECT_TYPES, example: 'images' })
  @IsString()
  object_type: string;

  @ApiPropertyOptional({
    description: 'UUID of one image in the Chutes dialect; null for any image, for lists and for logs',
    format: 'uuid',
    type: String,
    nullable: true,
    example: null,
  })
  @MayBeAbsent()
  @IsString()
  object_id?: string;

  @ApiPropertyOptional({
    description: 'What may be done; null for anything',
    enum: [...API_KEY_ACTIONS, null],
    type: String,
    nullable: true,
    example: 'read',
  })
  @MayBeAbsent()
  @IsString()
  action?: string;
}

@ApiSchema({ name: 'CreateApiKey', description: 'A new API key' })
export class CreateApiKeyDto {
  @ApiProperty({
    description: 'What to call it; the caller’s names differ',
    minLength: 1,
    maxLength: 24,
    example: 'ci',
  })
  @IsString()
  name: string;

  @ApiPropertyOptional({
    description: 'Whether it is to do with images what its user may; then `scopes` say nothing',
    default: false,
  })
  @MayBeAbsent()
  @IsBoolean()
  admin?: boolean;

  @ApiPropertyOptional({
    description: 'What it is to be good for, where it is no admin key',
    type: [CreateApiKeyScopeDto],
    maxItems: 50,
  })
  @MayBeAbsent()
  @IsArray()
  @ValidateNested({ each: true, message: 'scopes must be a list of objects' })
  @Type(() => CreateApiKeyScopeDto)
  scopes?: CreateApiKeyScopeDto[];
}

export function readScope({ object_type: objectType, object_id: objectId, action }: CreateApiKeyScopeDto): AskedLimit {
  return { objectType, objectId, action };
}
