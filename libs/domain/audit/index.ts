export {
  AUDIT_OUTCOMES,
  type AuditEntry,
  type AuditEvent,
  type AuditFacts,
  type AuditOutcome,
  type AuditTarget,
  changedFacts,
} from './audit-event.js';
export { withAuditOrigin } from './audit-origin.js';
export { AuditPartitionsKeeper } from './audit-partitions.keeper.js';
export { type AuditFilters, type AuditPosition, type AuditQuery, type AuditSlice, positionOf } from './audit-query.js';
export { AuditModule } from './audit.module.js';
export { auditInsertStatement } from './audit.repository.js';
export { AuditService } from './audit.service.js';
export { type AuditActor, AuditTrail } from './audit-trail.js';
