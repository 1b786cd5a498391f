import { Injectable } from '@nestjs/common';
import { PublicUrl } from '../../../http/public-url.js';
import { PublishedDescription } from '../../../openapi/published-description.js';
import { EXAMPLE_BASE } from '../native.examples.js';

/** The native API's description: what `describeNativeApi` made. */
@Injectable()
export class NativeDescription extends PublishedDescription {
  constructor(url: PublicUrl) {
    super(url, EXAMPLE_BASE);
  }
}
