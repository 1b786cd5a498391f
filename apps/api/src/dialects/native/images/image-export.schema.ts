import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { DISK_FORMATS } from '#disk-formats';
import { EXAMPLE_BASE } from '../native.examples.js';

@ApiSchema({ name: 'ImageExport', description: 'An image’s file in another format, while it is being made' })
export class ImageExportAnswer {
  @ApiProperty({ description: 'Number of the image', type: 'integer', example: 7 })
  image_id: number;

  @ApiProperty({ description: 'The format that is being made', enum: DISK_FORMATS, example: 'vmdk' })
  format: string;

  @ApiProperty({ description: 'Number of the operation that makes it', type: 'integer', example: 2 })
  operation_id: number;

  @ApiProperty({
    description: 'Where that is, for those who may see it: with `operation:read` on the image',
    format: 'uri',
    example: `${EXAMPLE_BASE}/operations/2`,
  })
  operation_url: string;
}
