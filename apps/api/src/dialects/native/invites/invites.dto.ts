import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { COLLABORATOR_ROLES } from '#domain/namespaces';

@ApiSchema({ name: 'CreateInvite', description: 'Whom to share a tree of namespaces with' })
export class CreateInviteDto {
  @ApiProperty({ description: 'Username or email', example: 'bob' })
  @IsString({ message: 'Username Or Email field required' })
  handle: string;

  @ApiPropertyOptional({
    description: 'What they may do in the tree',
    enum: COLLABORATOR_ROLES,
    default: 'maintainer',
    example: 'reader',
  })
  @IsOptional()
  @IsString()
  role?: string;
}
