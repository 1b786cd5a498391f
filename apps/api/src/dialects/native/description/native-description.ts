import { Injectable } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { DomainError } from '#kernel';
import { PublicUrl } from '../../../http/public-url.js';
import { docsPage } from '../../../openapi/page/docs-page.js';
import { EXAMPLE_BASE } from '../native.examples.js';

/** The description as it goes over the wire, for a server at `base`. */
interface Edition {
  readonly base: string;
  readonly json: string;
  readonly page: string;
}

/** The native API's description, as one server gives it to its clients. */
@Injectable()
export class NativeDescription {
  private document: OpenAPIObject | undefined;
  private latest: Edition | undefined;

  constructor(private readonly url: PublicUrl) {}

  /** Takes what `describeNativeApi` made: only a finished application can be described. */
  publish(document: OpenAPIObject): void {
    this.document = document;
  }

  /** The document and the page, with this server's own address. @throws DomainError `unavailable` before `publish` */
  edition(): Edition {
    if (!this.document) throw new DomainError('unavailable', 'The server is still starting');
    const { base } = this.url;
    if (this.latest?.base !== base) this.latest = editionFor(base, this.document);
    return this.latest;
  }
}

function editionFor(base: string, document: OpenAPIObject): Edition {
  const json = JSON.stringify({ ...document, servers: [{ url: base }] }).replaceAll(EXAMPLE_BASE, base);
  return { base, json, page: docsPage(JSON.parse(json) as OpenAPIObject) };
}
