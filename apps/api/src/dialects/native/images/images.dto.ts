import { ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsBoolean, IsObject, IsOptional, IsString, ValidateIf } from 'class-validator';
import { VISIBILITIES } from '#domain/namespaces';

const given =
  (name: keyof UpdateImageDto) =>
  (dto: UpdateImageDto): boolean =>
    dto[name] !== undefined;

@ApiSchema({ name: 'UpdateImage', description: 'What is to change of an image; what is not named stays' })
export class UpdateImageDto {
  @ApiPropertyOptional({ description: 'A new name', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$' })
  @ValidateIf(given('name'))
  @IsString()
  name?: string;

  @ApiPropertyOptional({ description: 'A new tag', pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$' })
  @ValidateIf(given('tag'))
  @IsString()
  tag?: string;

  @ApiPropertyOptional({
    description: '`path` or `path@owner`, made if it is not there; null takes the image out of its namespace',
    type: String,
    nullable: true,
  })
  @IsOptional()
  @IsString()
  namespace?: string | null;

  @ApiPropertyOptional({ description: 'What there is to say of it', maxLength: 4096, example: 'Ubuntu Server 24.04' })
  @ValidateIf(given('description'))
  @IsString()
  description?: string;

  @ApiPropertyOptional({
    description: 'All labels, 64 at most; those not named go',
    type: 'object',
    additionalProperties: { type: 'string', maxLength: 256 },
    maxProperties: 64,
    example: { os: 'ubuntu' },
  })
  @ValidateIf(given('labels'))
  @IsObject()
  labels?: Record<string, string>;

  @ApiPropertyOptional({ description: 'Who may read it; for its owner', enum: VISIBILITIES })
  @ValidateIf(given('visibility'))
  @IsString()
  visibility?: string;

  @ApiPropertyOptional({ description: 'True: it cannot be deleted until this is false again' })
  @ValidateIf(given('protected'))
  @IsBoolean()
  protected?: boolean;

  @ApiPropertyOptional({
    description:
      'Of one that was downloaded: how often to look for something new at its source, from now on with the rights of the ' +
      'caller; null for no more',
    type: String,
    pattern: '^[1-9][0-9]{0,5}[mhd]$',
    nullable: true,
  })
  @IsOptional()
  @IsString()
  refresh?: string | null;
}
