import type { OpenAPIObject } from '@nestjs/swagger';
export const DOCS_PAGE_POLICY = "default-src 'none'";
export function docsPage(document: OpenAPIObject): string {
  return document.openapi;
}
