import { Injectable } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { DomainError } from '#kernel';
import { PublicUrl } from '../http/public-url.js';
import { docsPage } from './page/docs-page.js';

/** The description as it goes over the wire, for a server at `base`. */
interface Edition {
  readonly base: string;
  readonly json: string;
  readonly page: string;
}

/** A dialect's description, as one server gives it to its clients. */
@Injectable()
export abstract class PublishedDescription {
  private document: OpenAPIObject | undefined;
  private latest: Edition | undefined;

  /** What URLs in the examples begin with, where there are any: a server shows its own in its place. */
  protected readonly exampleBase: string | undefined = undefined;

  constructor(private readonly url: PublicUrl) {}

  /** Takes what describes the dialect: only a finished application can be described. */
  publish(document: OpenAPIObject): void {
    this.document = document;
  }

  /** The document and the page, with this server's own address. @throws DomainError `unavailable` before `publish` */
  edition(): Edition {
    if (!this.document) throw new DomainError('unavailable', 'The server is still starting');
    const { base } = this.url;
    if (this.latest?.base !== base) this.latest = this.editionFor(base, this.document);
    return this.latest;
  }

  private editionFor(base: string, document: OpenAPIObject): Edition {
    const text = JSON.stringify({ ...document, servers: [{ url: base }] });
    const json = this.exampleBase === undefined ? text : text.replaceAll(this.exampleBase, base);
    return { base, json, page: docsPage(JSON.parse(json) as OpenAPIObject) };
  }
}
