import { ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsInt, IsString } from 'class-validator';
import {
  type BootTestOptions,
  FIRMWARE_WORDS,
  MAX_MEMORY_BYTES,
  MAX_TIMEOUT_SECONDS,
  MIN_MEMORY_BYTES,
  readBootTestOptions,
} from '#domain/boot-tests';
import { DISK_BUSES } from '#platform/emulator';
import { MayBeAbsent, OptionalBody } from '../native.validation.js';

@OptionalBody()
@ApiSchema({ name: 'StartBootTest', description: 'How to boot an image; may be left out' })
export class StartBootTestDto {
  @ApiPropertyOptional({
    description: 'How long it may take; the server’s `BOOT_TEST_TIMEOUT_SECONDS` without',
    type: 'integer',
    minimum: 1,
    maximum: MAX_TIMEOUT_SECONDS,
    example: 120,
  })
  @MayBeAbsent()
  @IsInt()
  timeout_seconds?: number;

  @ApiPropertyOptional({
    description: 'A text that it prints on a line of its serial console: only that is success then',
    minLength: 1,
    maxLength: 256,
    example: 'cloud-init: ready',
  })
  @MayBeAbsent()
  @IsString()
  marker?: string;

  @ApiPropertyOptional({
    description: 'Bytes of memory; the server’s `BOOT_TEST_MEMORY` without',
    type: 'integer',
    minimum: MIN_MEMORY_BYTES,
    maximum: MAX_MEMORY_BYTES,
  })
  @MayBeAbsent()
  @IsInt()
  memory?: number;

  @ApiPropertyOptional({
    description: '`auto`: BIOS, and where that finds nothing to boot, UEFI',
    enum: FIRMWARE_WORDS,
    default: 'auto',
  })
  @MayBeAbsent()
  @IsString()
  firmware?: string;

  @ApiPropertyOptional({
    description: '`sata` for systems that have no drivers for virtio',
    enum: DISK_BUSES,
    default: 'virtio',
  })
  @MayBeAbsent()
  @IsString()
  disk_bus?: string;
}

/** @throws DomainError `invalid` */
export function toBootTestOptions(body: StartBootTestDto): BootTestOptions {
  const { timeout_seconds: timeoutSeconds, memory: memoryBytes, disk_bus: diskBus, marker, firmware } = body;
  return readBootTestOptions({ timeoutSeconds, memoryBytes, diskBus, marker, firmware });
}
