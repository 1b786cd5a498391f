import { ApiProperty, ApiSchema } from '@nestjs/swagger';

@ApiSchema({ name: 'BuildContext', description: 'The files that a build could copy from' })
export class BuildContextAnswer {
  @ApiProperty({
    description: 'SHA-256 of the archive as it was sent',
    pattern: '^[0-9a-f]{64}$',
    example: 'b998df1302d22aac1fe999bf678086de486712c7129ee73157ee9bc880b0ced2',
  })
  sha256: string;

  @ApiProperty({ description: 'Bytes of it', type: 'integer', example: 1_048_576 })
  size: number;
}

@ApiSchema({ name: 'BuildBase', description: 'An image that a build began with' })
export class BuildBaseAnswer {
  @ApiProperty({ description: 'As the Dockerfile names it', example: 'alice/base:1.0' })
  reference: string;

  @ApiProperty({
    description: 'Digest of what that stood for',
    example: 'sha256:b998df1302d22aac1fe999bf678086de486712c7129ee73157ee9bc880b0ced2',
  })
  digest: string;
}

@ApiSchema({ name: 'ImageBuild', description: 'What an image was built of, and with what' })
export class ImageBuildAnswer {
  @ApiProperty({ description: 'The image', type: 'integer', example: 7 })
  image_id: number;

  @ApiProperty({ description: 'As it was sent', example: 'FROM scratch\nCOPY . /\n' })
  dockerfile: string;

  @ApiProperty({ description: 'Null where none was sent', type: BuildContextAnswer, nullable: true })
  context: BuildContextAnswer | null;

  @ApiProperty({
    description: 'As they count, with defaults',
    type: 'object',
    additionalProperties: true,
    example: {
      disk: { filesystem: 'ext4', partitioning: 'gpt', architecture: 'x86_64' },
      args: {},
    },
  })
  options: Readonly<Record<string, unknown>>;

  @ApiProperty({
    description: 'What it began with; null until it is built',
    type: [BuildBaseAnswer],
    nullable: true,
    example: [],
  })
  bases: readonly BuildBaseAnswer[] | null;

  @ApiProperty({
    description: 'Program and version; null until it is built',
    type: String,
    nullable: true,
    example: 'buildah 1.28.2',
  })
  builder: string | null;
}
