import { Global, Module } from '@nestjs/common';
import { Drain } from './drain.js';

/** For whoever has to know that the process is about to end. */
@Global()
@Module({ providers: [Drain], exports: [Drain] })
export class DrainModule {}
