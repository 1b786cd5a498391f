import { Module } from '@nestjs/common';
import { ApiKeysModule } from '#domain/api-keys';
import { AuthModule } from '#domain/auth';
import { SigningKeysModule } from '#domain/signing-keys';
import { SpooledBodies } from '../../http/spooled-bodies.js';
import { ChutesCredentials } from './chutes.credentials.js';

/** How the dialect knows who asks, and the bodies that it reads for that. */
@Module({
  imports: [ApiKeysModule, AuthModule, SigningKeysModule],
  providers: [ChutesCredentials, SpooledBodies],
  exports: [ChutesCredentials, SpooledBodies],
})
export class ChutesCredentialsModule {}
