import { ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsNumber } from 'class-validator';
import { MayBeAbsent } from '../native.validation.js';

const MAX = Number.MAX_SAFE_INTEGER;

const WHOLE = { message: `$property must be null or a whole number from 0 to ${MAX}` };

@ApiSchema({ name: 'PutQuota', description: 'Both limits; the one that is not named, or null, is lifted' })
export class PutQuotaDto {
  @ApiPropertyOptional({
    description: 'Bytes that its images may have together',
    type: 'integer',
    format: 'int64',
    nullable: true,
    minimum: 0,
    maximum: MAX,
    example: 1_099_511_627_776,
  })
  @MayBeAbsent()
  @IsNumber({}, WHOLE)
  limit_bytes?: number;

  @ApiPropertyOptional({
    description: 'How many images it may have',
    type: 'integer',
    format: 'int64',
    nullable: true,
    minimum: 0,
    maximum: MAX,
    example: 500,
  })
  @MayBeAbsent()
  @IsNumber({}, WHOLE)
  limit_images?: number;
}
