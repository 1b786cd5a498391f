import type { Bench } from './bench.js';
import type { Figure } from './figure.js';
import { measureAudit } from './figures/audit.js';
import { measureCoexistence } from './figures/coexistence.js';
import { measureConversion } from './figures/conversion.js';
import { measureDownloads } from './figures/downloads.js';
import { measureLogs } from './figures/logs.js';
import { measureMemory } from './figures/memory.js';
import { measureRegistry } from './figures/registry.js';
import { measureRequests } from './figures/requests.js';
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
  audit: { what: 'the audit trail at ten million events beside ten thousand', measure: measureAudit },
  requests: { what: 'metadata requests a second', measure: measureRequests },
};
