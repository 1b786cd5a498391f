import { Injectable } from '@nestjs/common';
import { PublishedDescription } from '../../../openapi/published-description.js';

/** The dialect's description: what `describeChutesApi` made. */
@Injectable()
export class ChutesDescription extends PublishedDescription {}
