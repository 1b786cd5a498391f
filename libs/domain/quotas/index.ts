export { QuotaLedger } from './quota-ledger.js';
export type { Arrival, Place } from './quota-ledger.repository.js';
export { QuotaReconciler } from './quota-reconciler.js';
export type { Limits, QuotaView, SubjectName, UsageView } from './quota-view.js';
export { QuotasModule } from './quotas.module.js';
export { QuotasService } from './quotas.service.js';
