import { createHash } from 'node:crypto';
import type { OpenAPIObject } from '@nestjs/swagger';
import { operationsOf } from '../operations-of.js';
import { html, Markup, prose } from './markup.js';
import { operationSection } from './operation-section.js';
import { schemaSections } from './schema-section.js';
import { STYLE } from './style.js';

/** `Content-Security-Policy` of the page: its own style, and nothing else at all. */
export const DOCS_PAGE_POLICY = [
  `default-src 'none'`,
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

/** By hand, as its hash allows no other character in it. */
const STYLE_ELEMENT = new Markup(`<style>${STYLE}</style>`);

/** An OpenAPI document as a page for people: plain HTML, no script, nothing from elsewhere. */
export function docsPage(document: OpenAPIObject): string {
  const { info, tags = [] } = document;
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width" />
      <title>${info.title} API</title>
      ${STYLE_ELEMENT}
    </head>
    <body>
      <h1>${info.title} API</h1>
      ${prose(info.description ?? '')}
      <nav>${tags.map(({ name }) => html`<a href="#${anchor(name)}">${name}</a>`)}<a href="#schemas">Schemas</a></nav>
      ${tags.map(({ name }) => tagSection(document, name))}
      <h2 id="schemas">Schemas</h2>
      ${schemaSections(document)}
    </body>
  </html>`;
  return `<!doctype html>\n${page.text}\n`;
}

function tagSection(document: OpenAPIObject, tag: string): Markup {
  const operations = operationsOf(document).filter(({ operation }) => operation.tags?.includes(tag));
  return html`<section>
    <h2 id="${anchor(tag)}">${tag}</h2>
    ${operations.map((operation) => operationSection(document, operation))}
  </section>`;
}

function anchor(name: string): string {
  return name.toLowerCase().replaceAll(/\W+/g, '-');
}
