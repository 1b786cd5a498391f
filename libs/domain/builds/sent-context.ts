import { Injectable } from '@nestjs/common';
import { type BuildContext, BuildContexts } from '#platform/build-context';
import { Config } from '#platform/config';
import { ImageSourcesService, type OpenSource } from '#domain/images';
import type { Work } from '#domain/operations';

/** A context that may be built with, and what it was sent as. */
export interface OpenContext {
  readonly source: OpenSource;
  readonly context: BuildContext;
}

/** No honest archive packs more into a byte. */
const MAX_RATIO = 1_000;
const MAX_ENTRIES = 1_000_000;

/** Finds what was sent to copy from. */
@Injectable()
export class SentContext {
  constructor(
    private readonly sources: ImageSourcesService,
    private readonly contexts: BuildContexts,
    private readonly config: Config,
  ) {}

  /**
   * @param path of a local file that it may make of the context
   * @throws DomainError `not_found`; BuildContextRefusedError; as decompression does
   */
  async open({ operation, log }: Work, path: string): Promise<OpenContext> {
    const source = await this.sources.get(operation.imageId);
    log.write(`Received a build context of ${source.sizeBytes} bytes with SHA-256 ${source.sha256}`);
    await source.lend(path);
    const { diskBytes: maxBytes } = this.config.buildLimits;
    const context = await this.contexts.open(path, {
      maxBytes,
      maxEntryBytes: maxBytes,
      maxEntries: MAX_ENTRIES,
      maxRatio: MAX_RATIO,
    });
    log.write(describe(context));
    return { source, context };
  }
}

function describe({ format, compression, facts }: BuildContext): string {
  const { entries, bytes, ignored } = facts;
  const without = ignored > 0 ? `, without ${ignored} that .dockerignore names` : '';
  return `It is a ${format} archive (${compression ?? 'not packed'}) of ${entries} entries, ${bytes} bytes${without}`;
}
