export const AUDIT_OUTCOMES = ['allowed', 'refused'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** What was acted on, as it was called at that time. */
export interface AuditTarget {
  /** `image`, `namespace`, `user`, `token`, `invite` …; `route` for a refusal. */
  readonly kind: string;
  readonly id?: number | undefined;
  /** A reference, path or username. */
  readonly name: string;
}

/** What of a thing is worth keeping; never a secret, nor the hash of one. */
export type AuditFacts = Readonly<Record<string, unknown>>;

/** One decision to note. */
export interface AuditEntry {
  /** `noun.verb`, such as `image.create`. */
  readonly action: string;
  readonly target: AuditTarget;
  /** What the change takes away or overwrites. */
  readonly before?: AuditFacts | undefined;
  /** What it puts there. */
  readonly after?: AuditFacts | undefined;
  /** What more there is to say, for people. */
  readonly reason?: string | undefined;
}

/** A row of the trail. */
export interface AuditEvent {
  readonly id: number;
  readonly at: Date;
  /** Null for the anonymous, and where the credential was no good. */
  readonly actorId: number | null;
  /** The username at that time; `system` for what the installation does by itself. */
  readonly actor: string | null;
  readonly tokenId: number | null;
  /** IPv4 or IPv6, without a mask. */
  readonly address: string | null;
  readonly action: string;
  readonly targetKind: string;
  readonly targetId: number | null;
  readonly target: string;
  readonly outcome: AuditOutcome;
  readonly reason: string | null;
  readonly requestId: string | null;
  readonly before: AuditFacts | null;
  readonly after: AuditFacts | null;
}

/** Only what differs between two states of a thing, as it was and as it is. */
export function changedFacts(before: AuditFacts, after: AuditFacts): { before: AuditFacts; after: AuditFacts } {
  const changed = Object.keys(after).filter(
    (key) => after[key] !== undefined && JSON.stringify(after[key]) !== JSON.stringify(before[key]),
  );
  const pick = (facts: AuditFacts): AuditFacts => Object.fromEntries(changed.map((key) => [key, facts[key] ?? null]));
  return { before: pick(before), after: pick(after) };
}
