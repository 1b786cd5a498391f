import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsOptional, IsString, ValidateIf } from 'class-validator';
import { VISIBILITIES } from '#domain/namespaces';

const given =
  (name: keyof CreateNamespaceDto) =>
  (dto: CreateNamespaceDto): boolean =>
    dto[name] !== undefined;

@ApiSchema({ name: 'CreateNamespace', description: 'A new namespace' })
export class CreateNamespaceDto {
  @ApiProperty({
    description: '1 to 39 letters, digits or dashes; unique under its parent whatever the case',
    pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,38}$',
    example: 'team',
  })
  @IsString()
  name: string;

  @ApiPropertyOptional({ description: 'User or team whose it is to be, for the leads of the team; the caller without' })
  @ValidateIf(given('owner'))
  @IsString()
  owner?: string;

  @ApiPropertyOptional({ description: 'Path of one of the owner’s, 20 levels deep at most; a new root without' })
  @ValidateIf(given('parent'))
  @IsString()
  parent?: string;

  @ApiPropertyOptional({ description: 'What there is to say of it', maxLength: 255, default: '' })
  @ValidateIf(given('description'))
  @IsString()
  description?: string;

  @ApiPropertyOptional({
    description: 'Of a root; a child is as visible as its root',
    enum: VISIBILITIES,
    default: 'private',
  })
  @ValidateIf(given('visibility'))
  @IsString()
  visibility?: string;
}

@ApiSchema({ name: 'UpdateNamespace', description: 'What is to change of a namespace; what is not named stays' })
export class UpdateNamespaceDto {
  /** Taken and ignored, as the contract's 2.2 has it: a namespace keeps its name. */
  @ApiPropertyOptional({ description: 'Taken and ignored: a namespace keeps its name' })
  @IsOptional()
  @IsString()
  name?: string;

  @ApiPropertyOptional({ description: 'What there is to say of it', maxLength: 255, example: 'Images of the team' })
  @ValidateIf(given('description'))
  @IsString()
  description?: string;

  @ApiPropertyOptional({ description: 'Of the whole tree; only on its root', enum: VISIBILITIES })
  @ValidateIf(given('visibility'))
  @IsString()
  visibility?: string;
}
