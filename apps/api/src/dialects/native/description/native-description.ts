import { Injectable } from '@nestjs/common';
import { PublishedDescription } from '../../../openapi/published-description.js';
import { EXAMPLE_BASE } from '../native.examples.js';

/** The native API's description: what `describeNativeApi` made. */
@Injectable()
export class NativeDescription extends PublishedDescription {
  protected override readonly exampleBase = EXAMPLE_BASE;
}
