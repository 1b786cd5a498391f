import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsArray, IsInt, IsString, ValidateIf } from 'class-validator';
import { SCOPES } from '#kernel';
import { MayBeAbsent } from '../native.validation.js';

const LIST_OF_STRINGS = 'scopes must be a list of strings';

const given =
  (name: keyof UpdateRoleDto) =>
  (dto: UpdateRoleDto): boolean =>
    dto[name] !== undefined;

@ApiSchema({ name: 'CreateRole', description: 'A new role' })
export class CreateRoleDto {
  @ApiProperty({
    description: '1 to 63 letters, digits, dots, dashes or underscores; unique where it belongs',
    example: 'pusher',
  })
  @IsString()
  name: string;

  @ApiPropertyOptional({ description: 'What it is for', maxLength: 255, default: '', example: 'CI pushes with it' })
  @MayBeAbsent()
  @IsString()
  description?: string;

  @ApiProperty({
    description: 'What it grants; no more than the caller holds',
    enum: SCOPES,
    isArray: true,
    minItems: 1,
    example: ['image:read', 'image:write'],
  })
  @IsArray({ message: LIST_OF_STRINGS })
  @IsString({ each: true, message: LIST_OF_STRINGS })
  scopes: string[];

  @ApiPropertyOptional({
    description: 'Root of the tree it is for, as `path` or `path@owner`; a global role without',
    example: 'team',
  })
  @MayBeAbsent()
  @IsString()
  namespace?: string;
}

@ApiSchema({ name: 'UpdateRole', description: 'What is to change of a role; what is not named stays' })
export class UpdateRoleDto {
  @ApiPropertyOptional({ description: 'A new name' })
  @ValidateIf(given('name'))
  @IsString()
  name?: string;

  @ApiPropertyOptional({ description: 'What it is for', maxLength: 255, example: 'Builds push with it' })
  @ValidateIf(given('description'))
  @IsString()
  description?: string;

  @ApiPropertyOptional({ description: 'All that it is to grant', enum: SCOPES, isArray: true, minItems: 1 })
  @ValidateIf(given('scopes'))
  @IsArray({ message: LIST_OF_STRINGS })
  @IsString({ each: true, message: LIST_OF_STRINGS })
  scopes?: string[];

  @ApiPropertyOptional({
    description: 'The version that the change is based on, unless `If-Match` says it',
    type: 'integer',
    example: 1,
  })
  @MayBeAbsent()
  @IsInt()
  version?: number;
}
