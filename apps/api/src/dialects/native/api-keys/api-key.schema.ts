import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { API_KEY_ACTIONS, API_KEY_OBJECT_TYPES } from '#domain/api-keys';
import { EXAMPLE_TIME } from '../native.examples.js';

@ApiSchema({ name: 'ApiKeyScope', description: 'An action that an API key may do, on one image or on any' })
export class ApiKeyScopeAnswer {
  @ApiProperty({ description: 'What it is about', enum: API_KEY_OBJECT_TYPES, example: 'images' })
  object_type: string;

  @ApiProperty({
    description: 'UUID that an image has in the Chutes dialect; null for any image, for lists and for logs',
    format: 'uuid',
    type: String,
    nullable: true,
    example: null,
  })
  object_id: string | null;

  @ApiProperty({
    description: 'What may be done; null for anything',
    enum: [...API_KEY_ACTIONS, null],
    type: String,
    nullable: true,
    example: 'read',
  })
  action: string | null;
}

@ApiSchema({ name: 'ApiKey', description: 'A credential for the Chutes dialect, without its secret' })
export class ApiKeyAnswer {
  @ApiProperty({ description: 'Number of the API key', type: 'integer', example: 8 })
  id: number;

  @ApiProperty({
    description: 'What its secret begins with, after `cpk_` and without dashes',
    format: 'uuid',
    example: '0f6f4f0a-54ab-4a3b-9d0c-3f0d1c2b4a59',
  })
  key_id: string;

  @ApiProperty({ description: 'What its holder calls it', example: 'ci' })
  name: string;

  @ApiProperty({
    description: 'Whether it may do with images what its user may, as far as the token that made it may',
    example: false,
  })
  admin: boolean;

  @ApiProperty({ description: 'What else it may do; empty for an admin key', type: [ApiKeyScopeAnswer] })
  scopes: ApiKeyScopeAnswer[];

  @ApiProperty({
    description: 'Networks that it counts from; empty for anywhere',
    isArray: true,
    type: String,
    example: [],
  })
  cidrs: readonly string[];

  @ApiProperty({ description: 'When it was made', example: EXAMPLE_TIME })
  created_at: Date;

  @ApiProperty({ description: 'When it ends; null for never', type: Date, nullable: true, example: null })
  expires_at: Date | null;

  @ApiProperty({
    description: 'When it was last sent, to the minute; null for not yet',
    type: Date,
    nullable: true,
    example: null,
  })
  last_used_at: Date | null;
}

@ApiSchema({ name: 'IssuedApiKey', description: 'An API key with its secret, which no later answer shows' })
export class IssuedApiKeyAnswer extends ApiKeyAnswer {
  @ApiProperty({
    description: 'The secret, to be sent as the last word of `Authorization`',
    pattern: String.raw`^cpk_[0-9a-f]{32}\.[0-9a-f]{32}\.[0-9A-Za-z]{32}$`,
    example: `cpk_0f6f4f0a54ab4a3b9d0c3f0d1c2b4a59.8397adef7b4c52299fecb4f2274a0f24.${'x'.repeat(32)}`,
  })
  secret_key: string;
}
