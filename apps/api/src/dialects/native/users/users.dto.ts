import { IsBoolean, IsIn, IsOptional, IsString, ValidateIf } from 'class-validator';
import { GLOBAL_ROLES, type GlobalRole } from '#kernel';
import { USER_KINDS, type UserKind } from '#domain/users';
import { MayBeAbsent } from '../native.validation.js';

export class CreateUserDto {
  @IsString()
  username: string;

  @IsString()
  email: string;

  @MayBeAbsent()
  @IsString()
  password?: string;

  @MayBeAbsent()
  @IsIn(USER_KINDS)
  kind?: UserKind;

  @MayBeAbsent()
  @IsIn(GLOBAL_ROLES)
  role?: GlobalRole;
}

export class UpdateUserDto {
  @ValidateIf((dto: UpdateUserDto) => dto.email !== undefined)
  @IsString()
  email?: string;

  /** Null removes it. */
  @IsOptional()
  @IsString()
  password?: string | null;

  @ValidateIf((dto: UpdateUserDto) => dto.disabled !== undefined)
  @IsBoolean()
  disabled?: boolean;

  @ValidateIf((dto: UpdateUserDto) => dto.role !== undefined)
  @IsIn(GLOBAL_ROLES)
  role?: GlobalRole;
}
