import type { QuotaView, UsageView } from '#domain/quotas';
import type { QuotaAnswer, UsageAnswer } from './quota.schema.js';

export function presentQuota({ type, name, limitBytes, limitImages, updatedAt }: QuotaView): QuotaAnswer {
  return { type, name, limit_bytes: limitBytes, limit_images: limitImages, updated_at: updatedAt };
}

export function presentUsage(usage: UsageView): UsageAnswer {
  return {
    type: usage.type,
    name: usage.name,
    limit_bytes: usage.limitBytes,
    limit_images: usage.limitImages,
    images: usage.usedImages,
    logical_bytes: usage.usedBytes,
    physical_bytes: usage.physicalBytes,
    reserved_images: usage.reservedImages,
    reserved_bytes: usage.reservedBytes,
  };
}
