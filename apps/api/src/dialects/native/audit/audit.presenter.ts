import type { AuditEvent } from '#domain/audit';
import type { AuditEventAnswer } from './audit.schema.js';

export function presentAuditEvent(event: AuditEvent): AuditEventAnswer {
  return {
    id: event.id,
    recorded_at: event.at,
    actor: event.actor,
    actor_id: event.actorId,
    token_id: event.tokenId,
    address: event.address,
    action: event.action,
    target: { kind: event.targetKind, id: event.targetId, name: event.target },
    outcome: event.outcome,
    reason: event.reason,
    request_id: event.requestId,
    before: event.before,
    after: event.after,
  };
}
