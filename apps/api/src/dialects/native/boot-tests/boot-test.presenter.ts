import type { BootTest } from '#domain/boot-tests';
import type { BootTestAnswer } from './boot-test.schema.js';

/** `base` is what URLs begin with. */
export function presentBootTest(imageId: number, test: BootTest, base: string): BootTestAnswer {
  const url = `${base}/images/${imageId}/boot-test`;
  return {
    outcome: test.outcome,
    ended_by: test.endedBy,
    reason: test.reason,
    seconds: test.seconds,
    firmware: test.firmware,
    tested_at: test.testedAt,
    operation_id: test.operationId,
    console_url: `${url}/console`,
    screen_url: test.hasScreen ? `${url}/screen` : null,
  };
}
