import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { COMPUTE_TYPES, type ComputeType } from './image.presenter.js';

export const EXAMPLE_ID = 'ff1ac278-f85f-5aff-af56-0ed86b18891e';
const EXAMPLE_TIME = '2026-03-14T09:26:53.589Z';

@ApiSchema({ name: 'Owner', description: 'Whose image it is' })
class OwnerAnswer {
  @ApiProperty({ description: 'Username', example: 'bob' })
  username: string;

  @ApiProperty({ description: 'Never changes', format: 'uuid', example: '6b5fca9b-3b42-5a6e-a2a4-8f5f2a3c4e11' })
  user_id: string;

  @ApiProperty({ description: 'Always null: no logos are kept here', type: String, nullable: true, example: null })
  logo_id: null;

  @ApiProperty({ description: 'When the account was made', format: 'date-time', example: EXAMPLE_TIME })
  created_at: string;

  @ApiProperty({ description: 'Always null', type: String, nullable: true, example: null })
  logo: null;
}

@ApiSchema({ name: 'Image', description: 'An image, whichever way it came here' })
export class ImageAnswer {
  @ApiProperty({
    description: 'UUID of version 5 of `user/name:tag` in lower case, in the namespace for object identifiers',
    format: 'uuid',
    example: EXAMPLE_ID,
  })
  image_id: string;

  @ApiProperty({ description: 'With the path of its namespace before it, if it is in one', example: 'demo' })
  name: string;

  @ApiProperty({ description: 'What whoever built it says of it', example: '' })
  readme: string;

  @ApiProperty({ description: 'Which of the images of that name', example: '1.0' })
  tag: string;

  @ApiProperty({ description: 'Whether anybody may see it', example: false })
  public: boolean;

  @ApiProperty({ description: 'What machines it is for', enum: COMPUTE_TYPES, example: 'gpu' })
  compute_type: ComputeType;

  @ApiProperty({
    description: '`pending build`, `building`, `built and pushed`, or `error: ` and why',
    example: 'pending build',
  })
  status: string;

  @ApiProperty({ description: 'When it was asked for', format: 'date-time', example: EXAMPLE_TIME })
  created_at: string;

  @ApiProperty({
    description: 'When its build began, the last time',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  build_started_at: string | null;

  @ApiProperty({
    description: 'When it was whole',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  build_completed_at: string | null;

  @ApiProperty({ description: 'Whose it is', type: OwnerAnswer })
  user: OwnerAnswer;

  @ApiProperty({ description: 'Always null', type: String, nullable: true, example: null })
  logo_id: null;

  @ApiProperty({ description: 'Always the same here', example: 'initial' })
  patch_version: string;

  @ApiProperty({ description: 'Of the client that asked for it', type: String, nullable: true, example: '0.6.10' })
  chutes_version: string | null;

  @ApiProperty({ description: 'Always null', type: String, nullable: true, example: null })
  logo: null;
}

@ApiSchema({ name: 'ImageList', description: 'A page of images' })
export class ImageListAnswer {
  @ApiProperty({ description: 'How many there are in all', type: 'integer', example: 1 })
  total: number;

  @ApiProperty({ description: 'As it was asked', type: 'integer', example: 0 })
  page: number;

  @ApiProperty({ description: 'As it was asked', type: 'integer', example: 25 })
  limit: number;

  @ApiProperty({ description: 'The newest first', type: [ImageAnswer] })
  items: ImageAnswer[];

  @ApiProperty({ description: 'Always null', type: String, nullable: true, example: null })
  cord_refs: null;
}

@ApiSchema({ name: 'DeletedImage', description: 'An image that is gone' })
export class DeletedImageAnswer {
  @ApiProperty({ description: 'What its id was', format: 'uuid', example: EXAMPLE_ID })
  image_id: string;

  @ApiProperty({ description: 'Always true', example: true })
  deleted: boolean;
}
