import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { COMPRESSION_WORDS, FORMAT_WORDS } from '#domain/conversions';
import { EXAMPLE_TIME } from '../native.examples.js';

const MOMENT = { type: String, format: 'date-time', nullable: true } as const;

@ApiSchema({ name: 'ImageDownload', description: 'How an image comes from another server (the contract’s 1.1)' })
export class ImageDownloadAnswer {
  @ApiProperty({ description: 'Where from, without a password', example: 'https://images.example.com/ubuntu.qcow2' })
  source: string;

  @ApiProperty({ description: 'Why it failed', type: String, nullable: true, example: null })
  error: string | null;

  @ApiProperty({ description: 'When it was asked for', example: EXAMPLE_TIME })
  created_at: Date;

  @ApiProperty({ description: 'When it began', ...MOMENT, example: null })
  started_at: Date | null;

  @ApiProperty({ description: 'When it ended', ...MOMENT, example: null })
  finished_at: Date | null;
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
}
