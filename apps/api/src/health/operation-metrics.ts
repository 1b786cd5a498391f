import { Injectable, Logger } from '@nestjs/common';
import { type FinishedWork, OperationFigures, type UnfinishedWork } from '#domain/operations';

/** Seconds; what is within none of them counts as `+Inf`. */
const BUCKETS = [1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400];

const DURATION = 'diskyard_operation_duration_seconds';

type Sample = readonly [name: string, labels: Readonly<Record<string, string | number>>, value: number];

/**
 * What Prometheus learns of operations. All of it comes from the database: it is the same whichever process is asked, and has
 * what workers did, which nobody can ask.
 */
@Injectable()
export class OperationMetrics {
  private readonly logger = new Logger(OperationMetrics.name);

  constructor(private readonly figures: OperationFigures) {}

  /** In Prometheus's text format; empty while the database is away, so that the rest can be read. */
  async text(): Promise<string> {
    try {
      const [unfinished, finished] = [await this.figures.readUnfinished(), await this.figures.readFinished()];
      return describeUnfinished(unfinished) + describeFinished(finished);
    } catch (error) {
      this.logger.warn({ err: error }, 'cannot count operations');
      return '';
    }
  }
}

function describeUnfinished(work: readonly UnfinishedWork[]): string {
  const [counts, ages] = ['diskyard_operations', 'diskyard_operation_oldest_queued_seconds'];
  return (
    family(counts, 'gauge', 'Operations that wait or are worked on, in the whole installation: ask one process only', [
      ...work.map(({ kind, status, count }): Sample => [counts, { kind, status }, count]),
    ]) +
    family(ages, 'gauge', 'For how long the longest-waiting operation could have been worked on; 0 for none', [
      ...work
        .filter(({ status }) => status === 'queued')
        .map(({ kind, oldestSeconds }): Sample => [ages, { kind }, oldestSeconds]),
    ])
  );
}

function describeFinished(work: readonly FinishedWork[]): string {
  const failures = 'diskyard_operation_failures_total';
  const failed = Map.groupBy(
    work.filter(({ outcome }) => outcome === 'failed'),
    ({ kind }) => kind,
  );
  const ends = Map.groupBy(work, ({ kind, outcome }) => `${kind} ${outcome}`);
  return (
    family(failures, 'counter', 'Operations that failed for good, in the whole installation since it began', [
      ...[...failed].map(([kind, rows]): Sample => [failures, { kind }, sum(rows, 'count')]),
    ]) +
    family(DURATION, 'histogram', 'From the first attempt to the end, in the whole installation since it began', [
      ...[...ends.values()].flatMap(histogram),
    ])
  );
}

/** Of rows that have kind and outcome in common. */
function histogram(rows: readonly FinishedWork[]): Sample[] {
  const { kind = '', outcome = '' } = rows[0] ?? {};
  const all = sum(rows, 'count');
  const within = (bound: number): number =>
    sum(
      rows.filter(({ withinSeconds }) => withinSeconds <= bound),
      'count',
    );
  return [
    ...BUCKETS.map((le): Sample => [`${DURATION}_bucket`, { kind, outcome, le }, within(le)]),
    [`${DURATION}_bucket`, { kind, outcome, le: '+Inf' }, all],
    [`${DURATION}_sum`, { kind, outcome }, sum(rows, 'seconds')],
    [`${DURATION}_count`, { kind, outcome }, all],
  ];
}

function sum(rows: readonly FinishedWork[], what: 'count' | 'seconds'): number {
  return rows.reduce((total, row) => total + row[what], 0);
}

function family(name: string, type: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([sample, labels, value]) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
    return `${sample}{${pairs.join(',')}} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}
