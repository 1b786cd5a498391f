import { Module } from '@nestjs/common';
import { Sr25519Verifier } from '#platform/signatures';
import { AuthModule } from '#domain/auth';
import { SignedRequests } from './signed-requests.js';
import { SigningKeysRepository } from './signing-keys.repository.js';
import { SigningKeysService } from './signing-keys.service.js';
import { UsedSignaturesRepository } from './used-signatures.repository.js';
import { UsedSignaturesSweeper } from './used-signatures.sweeper.js';

@Module({
  imports: [AuthModule],
  providers: [
    SignedRequests,
    SigningKeysRepository,
    SigningKeysService,
    Sr25519Verifier,
    UsedSignaturesRepository,
    UsedSignaturesSweeper,
  ],
  exports: [SignedRequests, SigningKeysService],
})
export class SigningKeysModule {}
