import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsObject, IsString, ValidateIf } from 'class-validator';
import { MayBeAbsent } from '../native.validation.js';

/** Numbers name things as well as text does. */
const asText = ({ value }: { readonly value: unknown }): unknown =>
  typeof value === 'number' ? String(value) : (value ?? undefined);

@ApiSchema({
  name: 'CreateBinding',
  description: 'A role for somebody, somewhere; everywhere where neither a namespace nor an image is named',
})
export class CreateBindingDto {
  @ApiProperty({
    description: 'Number of a role, or the name of a global one or of one of the target’s tree',
    example: 'writer',
  })
  @Transform(asText)
  @IsString()
  role: string;

  @ApiProperty({
    description: '`{"user": name}`, also for a service account, or `{"team": name}`',
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { user: 'bob' },
  })
  @IsObject()
  subject: Record<string, unknown>;

  @ApiPropertyOptional({ description: 'On it and all below, as `path` or `path@owner`', example: 'team' })
  @MayBeAbsent()
  @IsString()
  namespace?: string;

  @ApiPropertyOptional({ description: 'On one image, by number or reference' })
  @Transform(asText)
  @ValidateIf((dto: CreateBindingDto) => dto.image !== undefined)
  @IsString()
  image?: string;

  @ApiPropertyOptional({
    description: 'When it ends; without, with what the caller holds there',
    type: String,
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((dto: CreateBindingDto) => dto.expires_at !== undefined && dto.expires_at !== null)
  @IsString()
  expires_at?: string | null;

  @ApiPropertyOptional({
    description: 'Seconds until it ends, in the place of `expires_at`',
    type: 'integer',
    minimum: 1,
  })
  @MayBeAbsent()
  @IsInt()
  expires_in?: number;
}

@ApiSchema({ name: 'UpdateBinding', description: 'When a binding is to end' })
export class UpdateBindingDto {
  @ApiPropertyOptional({
    description: 'When it ends; null for never',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  @ValidateIf((dto: UpdateBindingDto) => dto.expires_at !== undefined && dto.expires_at !== null)
  @IsString()
  expires_at?: string | null;

  @ApiPropertyOptional({ description: 'Seconds from now, in the place of `expires_at`', type: 'integer', minimum: 1 })
  @MayBeAbsent()
  @IsInt()
  expires_in?: number;
}
