import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { AUDIT_OUTCOMES, type AuditFacts, type AuditOutcome } from '#domain/audit';
import { EXAMPLE_TIME } from '../native.examples.js';

@ApiSchema({ name: 'AuditTarget', description: 'What was acted on' })
export class AuditTargetAnswer {
  @ApiProperty({ description: '`image`, `namespace`, `user` …; `route` for a refusal', example: 'user' })
  kind: string;

  @ApiProperty({ description: 'Its number, if it has one', type: 'integer', nullable: true, example: 2 })
  id: number | null;

  @ApiProperty({ description: 'Its reference, path or name at that time', example: 'alice' })
  name: string;
}

@ApiSchema({ name: 'AuditEvent', description: 'Who did what, or was refused it' })
export class AuditEventAnswer {
  @ApiProperty({ description: 'Number of the event', type: 'integer', example: 42 })
  id: number;

  @ApiProperty({ description: 'When', example: EXAMPLE_TIME })
  recorded_at: Date;

  @ApiProperty({
    description: 'Username at that time; null for the anonymous and for bad credentials',
    type: String,
    nullable: true,
    example: 'admin',
  })
  actor: string | null;

  @ApiProperty({ description: 'Number of the user', type: 'integer', nullable: true, example: 1 })
  actor_id: number | null;

  @ApiProperty({ description: 'Number of the token that was used', type: 'integer', nullable: true, example: 1 })
  token_id: number | null;

  @ApiProperty({ description: 'Address of the client', type: String, nullable: true, example: '127.0.0.1' })
  address: string | null;

  @ApiProperty({ description: '`noun.verb`; for a refusal its method and route', example: 'user.create' })
  action: string;

  @ApiProperty({ description: 'What was acted on' })
  target: AuditTargetAnswer;

  @ApiProperty({ description: 'Whether it happened', enum: AUDIT_OUTCOMES, example: 'allowed' })
  outcome: AuditOutcome;

  @ApiProperty({
    description: 'Why it was refused, or what more there is to say',
    type: String,
    nullable: true,
    example: null,
  })
  reason: string | null;

  @ApiProperty({
    description: 'The `X-Request-Id` of the request',
    type: String,
    nullable: true,
    example: 'f0c1a3f2-8f0e-4c55-9d0c-6f1d2b7a9f10',
  })
  request_id: string | null;

  @ApiProperty({
    description: 'What the change took away or overwrote',
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: null,
  })
  before: AuditFacts | null;

  @ApiProperty({
    description: 'What it put there',
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { username: 'alice', email: 'alice@example.com', kind: 'person', role: 'member' },
  })
  after: AuditFacts | null;
}
