import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IMAGE_STATUSES, type ImageStatus, type Labels } from '#domain/images';
import { VISIBILITIES, type Visibility } from '#domain/namespaces';
import { EXAMPLE_BASE, EXAMPLE_TIME } from '../native.examples.js';
import { NamespaceAnswer } from '../namespaces/namespace.schema.js';
import { UserSummaryAnswer } from '../users/user.schema.js';
import { ImageDownloadAnswer } from './image-download.schema.js';
import { ImageFormatAnswer } from './image-format.schema.js';

/** All examples are of `examples/tiny.qcow2`. */
@ApiSchema({ name: 'Image', description: 'The catalogue’s entry for one disk image' })
export class ImageAnswer {
  @ApiProperty({ description: 'Number of the image', type: 'integer', example: 7 })
  id: number;

  @ApiProperty({ description: 'Who pushed it', type: 'integer', example: 2 })
  author_id: number;

  @ApiProperty({ description: 'Who owns it: the namespace’s owner, else its author', type: 'integer', example: 2 })
  user_id: number;

  @ApiProperty({ description: 'The namespace it is in', type: 'integer', nullable: true, example: 5 })
  namespace_id: number | null;

  @ApiProperty({ description: 'The contract’s word for what runs it', enum: ['qemu'], example: 'qemu' })
  driver: 'qemu';

  @ApiProperty({ description: 'What it is called; with its tag unique in its place', example: 'ubuntu' })
  name: string;

  @ApiProperty({ description: 'When it was pushed', example: EXAMPLE_TIME })
  created_at: Date;

  @ApiProperty({ description: 'Where it is', format: 'uri', example: `${EXAMPLE_BASE}/images/7` })
  url: string;

  @ApiProperty({ description: 'Who pushed it' })
  author: UserSummaryAnswer;

  @ApiProperty({ description: 'Who owns it' })
  user: UserSummaryAnswer;

  @ApiProperty({ description: 'The namespace it is in', type: NamespaceAnswer, nullable: true })
  namespace: NamespaceAnswer | null;

  @ApiProperty({
    description: 'Where it comes from; null for one that was pushed',
    type: ImageDownloadAnswer,
    nullable: true,
    example: null,
  })
  download: ImageDownloadAnswer | null;

  @ApiProperty({ description: 'Which one of its name it is', example: '24.04' })
  tag: string;

  @ApiProperty({ description: 'How to call it in paths, URL-encoded', example: 'alice/team/ubuntu:24.04' })
  reference: string;

  @ApiProperty({
    description: 'Where it is in its life; only an available one has a file',
    enum: IMAGE_STATUSES,
    example: 'available',
  })
  status: ImageStatus;

  @ApiProperty({ description: 'Why it failed, for people', type: String, nullable: true, example: null })
  status_reason: string | null;

  @ApiProperty({ description: 'What its owner says of it', maxLength: 4096, example: '' })
  description: string;

  @ApiProperty({
    description: 'Keys and values to find it by',
    type: 'object',
    additionalProperties: { type: 'string', maxLength: 256 },
    example: {},
  })
  labels: Labels;

  @ApiProperty({
    description: 'Who may read it; its namespace may open it further',
    enum: VISIBILITIES,
    example: 'private',
  })
  visibility: Visibility;

  @ApiProperty({ description: 'Whether it refuses to be deleted', example: false })
  protected: boolean;

  @ApiProperty({ description: 'Bytes of its file', type: 'integer', nullable: true, example: 1792 })
  size: number | null;

  @ApiProperty({
    description: 'Bytes of the disk a guest sees',
    type: 'integer',
    nullable: true,
    example: 1_048_576,
  })
  virtual_size: number | null;

  @ApiProperty({
    description: 'SHA-256 of its file',
    type: String,
    nullable: true,
    pattern: '^[0-9a-f]{64}$',
    example: 'b998df1302d22aac1fe999bf678086de486712c7129ee73157ee9bc880b0ced2',
  })
  sha256: string | null;

  @ApiProperty({ description: 'How its file is made', type: ImageFormatAnswer, nullable: true })
  format: ImageFormatAnswer | null;

  @ApiProperty({ description: 'When anything said of it last changed', example: EXAMPLE_TIME })
  updated_at: Date;

  @ApiProperty({ description: 'When it was last downloaded', type: Date, nullable: true, example: null })
  pulled_at: Date | null;

  @ApiProperty({ description: 'How often it was downloaded', type: 'integer', example: 0 })
  pull_count: number;
}
