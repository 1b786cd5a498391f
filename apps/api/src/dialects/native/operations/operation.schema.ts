import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { OPERATION_KINDS, OPERATION_STATUSES } from '#domain/operations';
import { EXAMPLE_TIME } from '../native.examples.js';

const MOMENT = { type: String, format: 'date-time', nullable: true } as const;

@ApiSchema({ name: 'Operation', description: 'Background work on an image' })
export class OperationAnswer {
  @ApiProperty({ description: 'Number of the operation', type: 'integer', example: 1 })
  id: number;

  @ApiProperty({ description: 'What it does', enum: OPERATION_KINDS, example: 'download' })
  kind: string;

  @ApiProperty({
    description: 'Where it is. One that failed or was cancelled may be retried',
    enum: OPERATION_STATUSES,
    example: 'queued',
  })
  status: string;

  @ApiProperty({ description: 'Number of the image', type: 'integer', example: 1 })
  image_id: number;

  @ApiProperty({ description: 'Reference of the image', example: 'alice/team/ubuntu:24.04' })
  image: string;

  @ApiProperty({
    description: 'Where its bytes come from; a password and parameters that are secrets read xxxxx',
    type: String,
    nullable: true,
    example: 'https://images.example.com/ubuntu.qcow2',
  })
  source: string | null;

  @ApiProperty({ description: 'How far it is, 0 to 100', type: 'number', example: 0 })
  percent: number;

  @ApiProperty({ description: 'Bytes that have come', type: 'integer', example: 0 })
  bytes: number;

  @ApiProperty({ description: 'Bytes in all, where that is known', type: 'integer', nullable: true, example: null })
  total_bytes: number | null;

  @ApiProperty({ description: 'How often it has been tried', type: 'integer', example: 0 })
  attempts: number;

  @ApiProperty({ description: 'How often it will be at most', type: 'integer', example: 5 })
  max_attempts: number;

  @ApiProperty({
    description: 'Why it failed, or what it is tried again for',
    type: String,
    nullable: true,
    example: null,
  })
  error: string | null;

  @ApiProperty({ description: 'Username of who asked for it', example: 'alice' })
  author: string;

  @ApiProperty({ description: 'When somebody first asked for its end', ...MOMENT, example: null })
  cancel_requested_at: Date | null;

  @ApiProperty({ description: 'When it was asked for', example: EXAMPLE_TIME })
  created_at: Date;

  @ApiProperty({ description: 'When work on it began', ...MOMENT, example: null })
  started_at: Date | null;

  @ApiProperty({ description: 'When it ended, whichever way', ...MOMENT, example: null })
  finished_at: Date | null;

  @ApiProperty({ description: 'Where it is', format: 'uri', example: 'http://127.0.0.1:8080/operations/1' })
  url: string;

  @ApiProperty({ description: 'Where its log is', format: 'uri', example: 'http://127.0.0.1:8080/operations/1/logs' })
  logs_url: string;
}

@ApiSchema({ name: 'LogLine', description: 'A line of a log' })
export class LogLineAnswer {
  @ApiProperty({ description: 'Its number; the first is 0', type: 'integer', example: 0 })
  offset: number;

  @ApiProperty({ description: 'When it was printed', example: EXAMPLE_TIME })
  time: Date;

  @ApiProperty({
    description: 'By whom: Diskyard, or a program',
    enum: ['system', 'stdout', 'stderr'],
    example: 'system',
  })
  stream: string;

  @ApiProperty({
    description: 'The line, without its end',
    example: 'Downloading https://images.example.com/ubuntu.qcow2',
  })
  text: string;
}
