import { Injectable } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { DomainError } from '#kernel';
import { docsPage } from '../../../openapi/page/docs-page.js';
import { PublicUrl } from '../../../http/public-url.js';
import { EXAMPLE_BASE } from '../native.examples.js';

/** The native API's description, as one server gives it to its clients. */
@Injectable()
export class NativeDescription {
  private document: OpenAPIObject | undefined;

  constructor(private readonly url: PublicUrl) {}

  /** Takes what `describeNativeApi` made: only a finished application can be described. */
  publish(document: OpenAPIObject): void {
    this.document = document;
  }

  /** The document with this server's own address. @throws DomainError `unavailable` before `publish` */
  asJson(): string {
    if (!this.document) throw new DomainError('unavailable', 'The server is still starting');
    const { base } = this.url;
    return JSON.stringify({ ...this.document, servers: [{ url: base }] }).replaceAll(EXAMPLE_BASE, base);
  }

  /** The same for people. */
  asPage(): string {
    return docsPage(JSON.parse(this.asJson()) as OpenAPIObject);
  }
}
