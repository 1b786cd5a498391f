import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Download, OutboundError } from '#platform/outbound';
import type { Work } from '#domain/operations';
import { DownloadOpener } from './download-opener.js';
import type { DownloadSource, SourceVersion } from './download-sources.repository.js';

/** What a source has now, and whether it is something else than before. */
export interface SourceFindings {
  readonly version: SourceVersion;
  readonly isNew: boolean;
}

/**
 * Looks whether a source has other bytes than those that came last. Its server is asked by the validators that it gave
 * (RFC 9110, section 13.1); where it does not say that nothing has changed, the bytes are read and their digest decides, since
 * mirrors of one file name different versions.
 */
@Injectable()
export class SourceCheck {
  constructor(private readonly opener: DownloadOpener) {}

  /** @throws OutboundError */
  async run(work: Work, { url, known }: Pick<DownloadSource, 'url' | 'known'>): Promise<SourceFindings> {
    let totalBytes: number | null = null;
    const onProgress = (doneBytes: number): void =>
      work.report({ doneBytes, totalBytes, percent: totalBytes ? (100 * doneBytes) / totalBytes : 0 });
    try {
      const download = await this.opener.open(work, url, { unless: known, onProgress });
      totalBytes = download.facts.totalBytes ?? null;
      try {
        return await compare(work, known, download);
      } finally {
        await download.close();
      }
    } catch (error) {
      if (!(error instanceof OutboundError) || error.status !== 304) throw error;
      work.log.write('Not modified');
      return { version: known, isNew: false };
    }
  }
}

async function compare({ log }: Work, known: SourceVersion, { facts, bytes }: Download): Promise<SourceFindings> {
  const { etag = null, lastModified = null } = facts;
  if (isSame(known, { etag, lastModified })) {
    log.write('Not modified: it has the same entity tag or date');
    return { version: known, isNew: false };
  }
  log.write('Nothing says that it is the same; reading it');
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const piece of bytes) {
    hash.update(piece);
    sizeBytes += piece.length;
  }
  const sha256 = hash.digest('hex');
  const isNew = known.sha256 !== null && known.sha256 !== sha256;
  log.write(`${isNew ? 'Changed' : 'Not modified'}: it has ${sizeBytes} bytes with SHA-256 ${sha256}`);
  return { version: { etag, lastModified, sha256 }, isNew };
}

/** By the entity tags where both have one, as a cache compares them (RFC 9110, section 8.8.3.2); else by the dates. */
function isSame(known: SourceVersion, found: Omit<SourceVersion, 'sha256'>): boolean {
  if (known.etag !== null && found.etag !== null) return opaque(known.etag) === opaque(found.etag);
  return known.lastModified !== null && known.lastModified === found.lastModified;
}

const opaque = (etag: string): string => etag.replace(/^W\//, '');
