import { Module } from '@nestjs/common';
import { GrantLimits } from './grant-limits.js';
import { GrantsRepository } from './grants.repository.js';

/** What users hold, where, and until when. */
@Module({
  providers: [GrantLimits, GrantsRepository],
  exports: [GrantLimits, GrantsRepository],
})
export class PermissionsModule {}
