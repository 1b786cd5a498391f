import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, ValidateIf } from 'class-validator';
import { GLOBAL_ROLES, type GlobalRole } from '#kernel';
import { USER_KINDS, type UserKind } from '#domain/users';
import { MayBeAbsent } from '../native.validation.js';

@ApiSchema({ name: 'CreateUser', description: 'A new user' })
export class CreateUserDto {
  @ApiProperty({ description: '3 to 30 letters, digits, dots or dashes; unique whatever the case', example: 'alice' })
  @IsString()
  username: string;

  @ApiProperty({ description: 'Unique, too', example: 'alice@example.com' })
  @IsString()
  email: string;

  @ApiPropertyOptional({ description: '6 to 128 characters; nothing asks for it yet', minLength: 6, maxLength: 128 })
  @MayBeAbsent()
  @IsString()
  password?: string;

  @ApiPropertyOptional({ description: 'A person or a service account', enum: USER_KINDS, default: 'person' })
  @MayBeAbsent()
  @IsIn(USER_KINDS)
  kind?: UserKind;

  @ApiPropertyOptional({ description: 'Admins manage users', enum: GLOBAL_ROLES, default: 'member' })
  @MayBeAbsent()
  @IsIn(GLOBAL_ROLES)
  role?: GlobalRole;

  @ApiPropertyOptional({ description: 'Team whose leads manage the account and its tokens; of a service account' })
  @MayBeAbsent()
  @IsString()
  team?: string;

  @ApiPropertyOptional({
    description:
      'Namespace that the account belongs to, as `path` or `path@owner`: whoever owns the tree manages the account and ' +
      'its tokens; of a service account, and not together with `team`',
  })
  @MayBeAbsent()
  @IsString()
  namespace?: string;
}

@ApiSchema({ name: 'UpdateUser', description: 'What is to change of a user; what is not named stays' })
export class UpdateUserDto {
  @ApiPropertyOptional({ description: 'A new address', example: 'alice@example.org' })
  @ValidateIf((dto: UpdateUserDto) => dto.email !== undefined)
  @IsString()
  email?: string;

  @ApiPropertyOptional({
    description: 'A new password; null removes it',
    type: String,
    nullable: true,
    minLength: 6,
    maxLength: 128,
  })
  @IsOptional()
  @IsString()
  password?: string | null;

  @ApiPropertyOptional({ description: 'True shuts the user out at once, false lets them in again; for admins' })
  @ValidateIf((dto: UpdateUserDto) => dto.disabled !== undefined)
  @IsBoolean()
  disabled?: boolean;

  @ApiPropertyOptional({ description: 'For admins', enum: GLOBAL_ROLES })
  @ValidateIf((dto: UpdateUserDto) => dto.role !== undefined)
  @IsIn(GLOBAL_ROLES)
  role?: GlobalRole;
}
