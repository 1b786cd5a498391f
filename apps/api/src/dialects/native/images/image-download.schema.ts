import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { COMPRESSION_WORDS, FORMAT_WORDS } from '#domain/conversions';
import { EXAMPLE_TIME } from '../native.examples.js';

const MOMENT = { type: String, format: 'date-time', nullable: true } as const;

@ApiSchema({ name: 'ImageRefresh', description: 'When the source of an image is looked at for something new' })
export class ImageRefreshAnswer {
  @ApiProperty({ description: 'How often, in the largest unit that fits', pattern: '^[0-9]+[mhd]$', example: '1d' })
  every: string;

  @ApiProperty({ description: 'When next', example: EXAMPLE_TIME })
  next_check_at: Date;

  @ApiProperty({ description: 'When last', ...MOMENT, example: null })
  last_checked_at: Date | null;

  @ApiProperty({ description: 'What came of that, for people', type: String, nullable: true, example: null })
  last_result: string | null;
}

@ApiSchema({ name: 'ImageDownload', description: 'How an image comes from another server (the contract’s 1.1)' })
export class ImageDownloadAnswer {
  @ApiProperty({
    description: 'Where from; a password and parameters that are secrets read xxxxx',
    example: 'https://images.example.com/ubuntu.qcow2',
  })
  source: string;

  @ApiProperty({ description: 'Why it failed', type: String, nullable: true, example: null })
  error: string | null;

  @ApiProperty({ description: 'When it was asked for', example: EXAMPLE_TIME })
  created_at: Date;

  @ApiProperty({ description: 'When it began', ...MOMENT, example: null })
  started_at: Date | null;

  @ApiProperty({ description: 'When it ended', ...MOMENT, example: null })
  finished_at: Date | null;

  @ApiProperty({
    description: 'Our addition: whether its source is looked at for something new',
    type: ImageRefreshAnswer,
    nullable: true,
    example: null,
  })
  refresh: ImageRefreshAnswer | null;
}

@ApiSchema({ name: 'NewImageDownload', description: 'An image to be made from what another server has' })
export class NewImageDownload {
  @ApiProperty({ description: 'What to call it', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$', example: 'ubuntu' })
  name: string;

  @ApiProperty({
    description: 'Which one of that name',
    required: false,
    pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$',
    default: 'latest',
    example: '24.04',
  })
  tag?: string;

  @ApiProperty({
    description: '`path`, or `path@owner` for another’s; one’s own is made, private, if it is not there',
    required: false,
    example: 'team',
  })
  namespace?: string;

  @ApiProperty({
    description: 'Where the file is: http or https; may hold a user name and password',
    format: 'uri',
    example: 'https://images.example.com/ubuntu.qcow2',
  })
  download_url: string;

  @ApiProperty({ description: 'What disk it is; it is converted to qcow2', required: false, enum: FORMAT_WORDS })
  format?: string;

  @ApiProperty({ description: 'What it is packed in', required: false, enum: COMPRESSION_WORDS })
  compression?: string;

  @ApiProperty({
    description: 'The SHA-256 that it must have as it comes, as 64 hex digits',
    required: false,
    pattern: '^[0-9A-Fa-f]{64}$',
  })
  sha256?: string;

  @ApiProperty({
    description:
      'How often to look whether the file has changed: minutes, hours or days, from `15m` to `365d`. What is new becomes an ' +
      'image `name:tag-YYYYMMDD` beside this one, which stays as it is',
    required: false,
    pattern: '^[1-9][0-9]{0,5}[mhd]$',
    example: '24h',
  })
  refresh?: string;
}
