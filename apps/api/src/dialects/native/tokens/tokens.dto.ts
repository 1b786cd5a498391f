import { IsInt, IsOptional, IsString } from 'class-validator';

export class CreateTokenDto {
  @IsString()
  name: string;

  @IsString({ each: true, message: 'scopes must be a list of strings' })
  scopes: string[];

  /** Seconds. */
  @IsOptional()
  @IsInt()
  expires_in?: number;

  /** Username of whose token it is to be; for admins. */
  @IsOptional()
  @IsString()
  user?: string;
}
