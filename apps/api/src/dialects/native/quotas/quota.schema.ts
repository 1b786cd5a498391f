import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { QuotaView } from '#domain/quotas';
import { EXAMPLE_TIME } from '../native.examples.js';

const SUBJECT_TYPES = ['user', 'team', 'namespace'] as const;

const INTEGER = { type: 'integer', format: 'int64' } as const;

class LimitsAnswer {
  @ApiProperty({ description: 'What kind of thing is limited', enum: SUBJECT_TYPES, example: 'namespace' })
  type: QuotaView['type'];

  @ApiProperty({ description: 'Its name; a root namespace’s with its owner’s before it', example: 'alice/team' })
  name: string;

  @ApiProperty({ ...INTEGER, description: 'Bytes at most; null for no limit', nullable: true, example: 10_737_418_240 })
  limit_bytes: number | null;

  @ApiProperty({ ...INTEGER, description: 'Images at most; null for no limit', nullable: true, example: null })
  limit_images: number | null;
}

@ApiSchema({ name: 'Quota', description: 'How much a user, a team or a root namespace may hold' })
export class QuotaAnswer extends LimitsAnswer {
  @ApiProperty({ description: 'When it was last set', example: EXAMPLE_TIME })
  updated_at: Date;
}

@ApiSchema({ name: 'Usage', description: 'What a user, a team or a root namespace holds' })
export class UsageAnswer extends LimitsAnswer {
  @ApiProperty({ ...INTEGER, description: 'Images', example: 3 })
  images: number;

  @ApiProperty({
    ...INTEGER,
    description: 'What counts: the bytes of every image, also where others, or another image, have the same ones',
    example: 6_442_450_944,
  })
  logical_bytes: number;

  @ApiProperty({ ...INTEGER, description: 'What is stored: the same bytes once', example: 4_294_967_296 })
  physical_bytes: number;

  @ApiProperty({ ...INTEGER, description: 'Pushes under way; each counts as an image', example: 1 })
  reserved_images: number;

  @ApiProperty({ ...INTEGER, description: 'What pushes under way have reserved; counts, too', example: 1_073_741_824 })
  reserved_bytes: number;
}
