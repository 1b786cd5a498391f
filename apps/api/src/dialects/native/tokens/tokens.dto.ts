import { IsArray, IsInt, IsString } from 'class-validator';
import { MayBeAbsent } from '../native.validation.js';

const LIST_OF_STRINGS = 'scopes must be a list of strings';

export class CreateTokenDto {
  @IsString()
  name: string;

  @IsArray({ message: LIST_OF_STRINGS })
  @IsString({ each: true, message: LIST_OF_STRINGS })
  scopes: string[];

  /** Seconds. */
  @MayBeAbsent()
  @IsInt()
  expires_in?: number;

  /** Username of whose token it is to be; for admins. */
  @MayBeAbsent()
  @IsString()
  user?: string;
}
