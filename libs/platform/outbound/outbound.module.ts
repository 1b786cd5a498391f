import { Module } from '@nestjs/common';
import { Config } from '#platform/config';
import { OutboundClient } from './outbound.client.js';

/** Provides the one `OutboundClient`, by the operator's settings. */
@Module({
  providers: [
    { provide: OutboundClient, inject: [Config], useFactory: (config: Config) => OutboundClient.from(config) },
  ],
  exports: [OutboundClient],
})
export class OutboundModule {}
