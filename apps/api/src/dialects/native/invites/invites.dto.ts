import { IsOptional, IsString } from 'class-validator';

export class CreateInviteDto {
  @IsString({ message: 'Username Or Email field required' })
  handle: string;

  @IsOptional()
  @IsString()
  role?: string;
}
