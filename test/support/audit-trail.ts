import type { NativeClient } from './native-client.js';
import { expectStatus } from './builders.js';
import { eventually } from './eventually.js';

/** An event of the trail as `GET /audit` shows it. */
export interface AuditBody {
  readonly id: number;
  readonly recorded_at: string;
  readonly actor: string | null;
  readonly actor_id: number | null;
  readonly token_id: number | null;
  readonly address: string | null;
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: number | null; readonly name: string };
  readonly outcome: string;
  readonly reason: string | null;
  readonly request_id: string | null;
  readonly before: object | null;
  readonly after: object | null;
}

/** The newest events that match a query, the newest first. */
export async function auditEvents(reader: NativeClient, query: string): Promise<AuditBody[]> {
  return expectStatus(await reader.get(`/audit?${query}`), 200).body as AuditBody[];
}

/** What is told of the events that match a query: action, target, before and after; the oldest first. */
export async function story(reader: NativeClient, query: string): Promise<object[]> {
  const events = await auditEvents(reader, query);
  return events.reverse().map(({ action, target, before, after }) => ({ action, target: target.name, before, after }));
}

/** Waits for so many refusals, which are noted a moment after their answer. */
export function refusals(reader: NativeClient, query: string, count: number): Promise<AuditBody[]> {
  return eventually(async () => {
    const events = await auditEvents(reader, `outcome=refused&${query}`);
    expect(events).toHaveLength(count);
    return events;
  });
}
