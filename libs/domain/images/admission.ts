import { Injectable } from '@nestjs/common';
import { DomainError } from '#kernel';
import { Config } from '#platform/config';
import {
  type ByteSource,
  checkHeader,
  DEFAULT_LIMITS,
  HEADER_PROBE_BYTES,
  inspect,
  type Qcow2Limits,
  Qcow2RefusedError,
} from '#qcow2';
import type { BlobFormat } from './blob.entity.js';

/** What an admitted file is. */
export interface AdmittedFormat {
  readonly virtualSizeBytes: number;
  readonly format: BlobFormat;
}

/** Decides which files may become images: QCOW2 that is whole, stands alone and hides nothing. */
@Injectable()
export class Admission {
  private readonly limits: Qcow2Limits;

  constructor(config: Config) {
    this.limits = {
      ...DEFAULT_LIMITS,
      maxVirtualSizeBytes: config.maxVirtualBytes,
      allowEncryption: config.allowEncryptedImages,
      allowInternalSnapshots: config.allowInternalSnapshots,
    };
  }

  /** Watches a stream's beginning, to refuse it while most of it need not be sent. */
  watchHead(declaredSizeBytes?: number): HeadWatch {
    return new HeadWatch(this.limits, declaredSizeBytes);
  }

  /** Judges a whole file. @throws DomainError `unsupported_format`, which names the header or table field to blame */
  async inspect(source: ByteSource): Promise<AdmittedFormat> {
    try {
      const facts = await inspect(source, this.limits);
      const { version, compression, hasCompressedClusters, extendedL2, clusterSizeBytes: clusterSize } = facts;
      return {
        virtualSizeBytes: facts.virtualSizeBytes,
        format: { version, clusterSize, compression, hasCompressedClusters, extendedL2 },
      };
    } catch (error) {
      throw error instanceof Qcow2RefusedError ? notAdmitted(error) : error;
    }
  }
}

/** The first bytes of a stream, judged as soon as they suffice. */
export class HeadWatch {
  private head: Buffer = Buffer.alloc(0);
  private needed = 1;

  constructor(
    private readonly limits: Qcow2Limits,
    private readonly declaredSizeBytes: number | undefined,
  ) {}

  /** Looks at the next bytes; they are copied if they are still needed. @throws DomainError `unsupported_format` */
  add(chunk: Buffer): void {
    if (this.needed === 0) return;
    this.head = Buffer.concat([this.head, chunk.subarray(0, HEADER_PROBE_BYTES - this.head.length)]);
    if (this.head.length < this.needed) return;
    const verdict = checkHeader(this.head, this.limits, this.declaredSizeBytes);
    if (verdict.kind === 'refused') throw notAdmitted(verdict.reason);
    this.needed = verdict.kind === 'undecided' ? verdict.bytesNeeded : 0;
    if (this.needed === 0) this.head = Buffer.alloc(0);
  }
}

/** The contract's own words for what is no QCOW2 file at all (1.3), and why in every case. */
function notAdmitted({ field, message }: Qcow2RefusedError): DomainError {
  const messages = [...(field === 'magic' ? ['File not a valid QCOW2 file format'] : []), `File refused: ${message}`];
  return new DomainError('unsupported_format', messages.join('; '), { fields: { file: messages } });
}
