import { ApiProperty, ApiSchema } from '@nestjs/swagger';

@ApiSchema({ name: 'ImageFormat', description: 'What the file’s own header says of it' })
export class ImageFormatAnswer {
  @ApiProperty({ description: 'The one format that is taken', enum: ['qcow2'], example: 'qcow2' })
  type: 'qcow2';

  @ApiProperty({ description: 'Version of the format', type: 'integer', enum: [2, 3], example: 3 })
  version: number;

  @ApiProperty({ description: 'Bytes of a cluster', type: 'integer', example: 512 })
  cluster_size: number;

  @ApiProperty({ description: 'How compressed clusters are packed', enum: ['zlib', 'zstd'], example: 'zlib' })
  compression: string;

  @ApiProperty({ description: 'Whether there are any', example: false })
  compressed_clusters: boolean;

  @ApiProperty({ description: 'Whether it uses subclusters', example: false })
  extended_l2: boolean;
}
