import { createParamDecorator, type ExecutionContext, Injectable, type PipeTransform } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Page, PageQuery } from '#kernel';
import { PublicUrl } from '../../http/public-url.js';
import { numberedLinks, one, type PageLinks, type RawQuery, readLimit, readPage, setLinks } from './native.paging.js';

interface Exchange {
  readonly request: Request;
  readonly response: Response;
}

/** A request for a list: what it asks for, and where the links to its other pages go. */
export class Listing {
  readonly query: RawQuery;

  constructor(
    private readonly exchange: Exchange,
    readonly base: string,
  ) {
    // Express says `any`; the simple parser, which the server is set to, gives no more than this.
    this.query = exchange.request.query as RawQuery;
  }

  /** The page that is asked for by number, and how much of it. */
  get slice(): PageQuery {
    return { page: readPage(this.query), limit: readLimit(this.query) };
  }

  /** A parameter; undefined where it is empty or not there. */
  one(name: string): string | undefined {
    return one(this.query, name);
  }

  /** What answers a list that is paged by number: the items as `present` shows them, with the links of the page. */
  answer<T>(page: Page<T>, present: (item: T) => object): object[] {
    this.link(numberedLinks(readPage(this.query), page));
    return page.items.map((item) => present(item));
  }

  /** Sends `Link`. */
  link(links: PageLinks): void {
    setLinks(this.exchange.request, this.exchange.response, this.base, links);
  }
}

@Injectable()
class ListingPipe implements PipeTransform<Exchange, Listing> {
  constructor(private readonly url: PublicUrl) {}

  transform(exchange: Exchange): Listing {
    return new Listing(exchange, this.url.base);
  }
}

const exchangeOf = createParamDecorator((_: unknown, context: ExecutionContext): Exchange => {
  const http = context.switchToHttp();
  return { request: http.getRequest(), response: http.getResponse() };
});

/** Gives a controller's method the `Listing` that it answers. */
export const Lists = (): ParameterDecorator => exchangeOf(ListingPipe);
