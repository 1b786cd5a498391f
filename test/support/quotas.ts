import { expectStatus } from './builders.js';
import type { NativeClient } from './native-client.js';

/** `limit_bytes`, `limit_images`; what is not named is unlimited. */
export interface QuotaLimits {
  readonly limit_bytes?: number | null;
  readonly limit_images?: number | null;
}

/** Sets the quota of `accounts/<name>` or `namespaces/<owner>/<root>`. */
export async function setQuota(admin: NativeClient, subject: string, limits: QuotaLimits): Promise<void> {
  expectStatus(await admin.call('PUT', `/quotas/${subject}`, { json: limits }), 200);
}

/** An entry of `GET /usage`. */
export interface Usage {
  readonly type: string;
  readonly name: string;
  readonly limit_bytes: number | null;
  readonly limit_images: number | null;
  readonly images: number;
  readonly logical_bytes: number;
  readonly physical_bytes: number;
  readonly reserved_images: number;
  readonly reserved_bytes: number;
}

/** What the caller sees of one subject's usage, by its name. */
export async function usageOf(client: NativeClient, name: string): Promise<Usage> {
  const usage = expectStatus(await client.get('/usage?limit=100'), 200).body as Usage[];
  const found = usage.find((entry) => entry.name === name);
  if (!found) throw new Error(`${name} is not among ${usage.map((entry) => entry.name).join(', ')}`);
  return found;
}

/** The message of a refusal. */
export function overQuota(
  subject: string,
  unit: 'bytes' | 'images',
  { limit, used, reserved, asked }: Readonly<Record<'limit' | 'used' | 'reserved' | 'asked', number>>,
): object {
  return {
    message:
      `Over the quota of ${subject}: ` +
      `limit ${limit} ${unit}, used ${used}, reserved by pushes under way ${reserved}, asked ${asked}`,
  };
}
