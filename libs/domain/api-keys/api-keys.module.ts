import { Module } from '@nestjs/common';
import { AuthModule } from '#domain/auth';
import { ApiKeyAuthenticator } from './api-key.authenticator.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';

@Module({
  imports: [AuthModule],
  providers: [ApiKeyAuthenticator, ApiKeysRepository, ApiKeysService],
  exports: [ApiKeyAuthenticator, ApiKeysService],
})
export class ApiKeysModule {}
