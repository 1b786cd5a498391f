import type { Bench } from './bench.js';
import type { Figure } from './figure.js';
import { measureAudit } from './figures/audit.js';
import { measureBuildContext } from './figures/build-context.js';
import { measureBuilds } from './figures/builds.js';
import { measureCoexistence } from './figures/coexistence.js';
import { measureConversion } from './figures/conversion.js';
import { measureDownloads } from './figures/downloads.js';
import { measureLogs } from './figures/logs.js';
import { measureMemory } from './figures/memory.js';
import { measureRegistry } from './figures/registry.js';
import { measureRequests } from './figures/requests.js';
import { measureSignatures } from './figures/signatures.js';
import { measureTransfers } from './figures/transfers.js';

interface Group {
  readonly what: string;
  readonly measure: (bench: Bench) => Promise<Figure[]>;
}

/** In the order they run. */
export const GROUPS: Readonly<Record<string, Group>> = {
  transfers: { what: 'upload and download of 1 GiB', measure: measureTransfers },
  memory: { what: 'memory during four uploads', measure: measureMemory },
  coexistence: { what: 'uploads and metadata at once', measure: measureCoexistence },
  conversion: { what: 'disks of 1 GiB in other formats made images', measure: measureConversion },
  registry: { what: 'lists at a million images beside lists at a thousand', measure: measureRegistry },
  downloads: { what: 'images from URLs beside curl', measure: measureDownloads },
  logs: { what: 'logs with a hundred readers', measure: measureLogs },
  builds: { what: 'builds beside the same programs in a script', measure: measureBuilds },
  'build-context': { what: 'memory while a build context of 1 GiB comes', measure: measureBuildContext },
  signatures: { what: 'the event loop while signatures are verified', measure: measureSignatures },
  audit: { what: 'the audit trail at ten million events beside ten thousand', measure: measureAudit },
  requests: { what: 'metadata requests a second', measure: measureRequests },
};
