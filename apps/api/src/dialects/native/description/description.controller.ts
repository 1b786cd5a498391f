import { Controller, Get, Header } from '@nestjs/common';
import { DOCS_PAGE_POLICY } from '../../../openapi/page/docs-page.js';
import { Public } from '../../../http/access/access.decorator.js';
import { ApiShowDocument, ApiShowPage } from './description.openapi.js';
import { NativeDescription } from './native-description.js';

@Controller()
export class DescriptionController {
  constructor(private readonly description: NativeDescription) {}

  @Get('openapi.json')
  @Public()
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiShowDocument()
  showDocument(): string {
    return this.description.edition().json;
  }

  @Get('docs')
  @Public()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', DOCS_PAGE_POLICY)
  @ApiShowPage()
  showPage(): string {
    return this.description.edition().page;
  }
}
