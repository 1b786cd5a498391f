import { Injectable } from '@nestjs/common';
import { PublicUrl } from '../../../http/public-url.js';
import { PublishedDescription } from '../../../openapi/published-description.js';

/** The dialect's description: what `describeChutesApi` made. */
@Injectable()
export class ChutesDescription extends PublishedDescription {
  constructor(url: PublicUrl) {
    super(url);
  }
}
