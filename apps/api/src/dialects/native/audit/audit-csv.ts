import type { AuditEvent } from '#domain/audit';

type Field = string | number | null;

/** Columns in their order, and how to read each from an event. */
const COLUMNS: Readonly<Record<string, (event: AuditEvent) => Field>> = {
  id: ({ id }) => id,
  recorded_at: ({ at }) => at.toISOString(),
  actor: ({ actor }) => actor,
  actor_id: ({ actorId }) => actorId,
  token_id: ({ tokenId }) => tokenId,
  address: ({ address }) => address,
  action: ({ action }) => action,
  target_kind: ({ targetKind }) => targetKind,
  target_id: ({ targetId }) => targetId,
  target: ({ target }) => target,
  outcome: ({ outcome }) => outcome,
  reason: ({ reason }) => reason,
  request_id: ({ requestId }) => requestId,
  before: ({ before }) => before && JSON.stringify(before),
  after: ({ after }) => after && JSON.stringify(after),
};

/** The first line: the columns' names. */
export const CSV_HEADER = csvLine(Object.keys(COLUMNS));

export function toCsvLine(event: AuditEvent): string {
  return csvLine(Object.values(COLUMNS).map((read) => read(event)));
}

/** One record of RFC 4180, its end included; null is an empty field. */
export function csvLine(values: readonly Field[]): string {
  return `${values.map((value) => csvField(value === null ? '' : String(value))).join(',')}\r\n`;
}

/** Text that a spreadsheet would take for a formula gets an apostrophe before it, which makes it text. */
function csvField(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
