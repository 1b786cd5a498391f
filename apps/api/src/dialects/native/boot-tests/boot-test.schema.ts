import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { BOOT_ENDS, FIRMWARES } from '#platform/emulator';
import { EXAMPLE_BASE, EXAMPLE_TIME } from '../native.examples.js';

const EXAMPLE_TEST = `${EXAMPLE_BASE}/images/7/boot-test`;

@ApiSchema({ name: 'BootTest', description: 'What came of booting an image, the last time' })
export class BootTestAnswer {
  @ApiProperty({ description: 'Whether it boots', enum: ['passed', 'failed'], example: 'passed' })
  outcome: string;

  @ApiProperty({
    description: 'What ended the boot; only the first three can be as they should be',
    enum: BOOT_ENDS,
    example: 'login',
  })
  ended_by: string;

  @ApiProperty({
    description: 'Why it failed, with the last lines of its console',
    type: String,
    nullable: true,
    example: null,
  })
  reason: string | null;

  @ApiProperty({ description: 'How long it took, by the clock', type: 'number', example: 12.5 })
  seconds: number;

  @ApiProperty({ description: 'What the machine began with', enum: FIRMWARES, example: 'bios' })
  firmware: string;

  @ApiProperty({ description: 'When it was', example: EXAMPLE_TIME })
  tested_at: Date;

  @ApiProperty({ description: 'Number of the operation that tested it, or built and tested it', example: 2 })
  operation_id: number;

  @ApiProperty({ description: 'Where what its console printed is', format: 'uri', example: `${EXAMPLE_TEST}/console` })
  console_url: string;

  @ApiProperty({
    description: 'Where its last screen is, as PNG',
    type: String,
    format: 'uri',
    nullable: true,
    example: `${EXAMPLE_TEST}/screen`,
  })
  screen_url: string | null;
}
