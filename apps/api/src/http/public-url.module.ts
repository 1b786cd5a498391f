import { Global, Module } from '@nestjs/common';
import { PublicUrl } from './public-url.js';

/** For every dialect that writes a URL. */
@Global()
@Module({ providers: [PublicUrl], exports: [PublicUrl] })
export class PublicUrlModule {}
