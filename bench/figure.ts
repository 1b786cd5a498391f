import { median, spread } from './statistics.js';

/** What a figure is held against. */
export type Target = { readonly atLeast: number; readonly aim?: number } | { readonly atMost: number };

/** One measured figure beside its reference of the same run. */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly reference: number;
  readonly referenceIs: string;
  /** Value by reference. */
  readonly ratio: number;
  readonly target: string;
  readonly met: boolean;
  /** Spread of the samples from least to greatest, of the value and the reference, as shares of their medians. */
  readonly noise?: readonly [number, number];
  /** What else was seen. */
  readonly also?: Readonly<Record<string, unknown>>;
}

export interface Measurement {
  readonly figure: string;
  readonly unit: string;
  /** One a run; their medians are compared. */
  readonly values: readonly number[];
  readonly references: readonly number[];
  readonly referenceIs: string;
  readonly target: Target;
  readonly also?: Readonly<Record<string, unknown>>;
}

/** Compares the medians of several runs. */
export function judge({ figure, unit, values, references, referenceIs, target, also }: Measurement): Figure {
  const [value, reference] = [median(values), median(references)];
  const ratio = value / reference;
  return {
    figure,
    value: rounded(value),
    unit,
    reference: rounded(reference),
    referenceIs,
    ratio: rounded(ratio),
    target: describe(target),
    met: 'atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost,
    noise: [rounded(spread(values)), rounded(spread(references))],
    ...(also ? { also } : {}),
  };
}

export function describe(target: Target): string {
  if ('atMost' in target) return `≤ ${target.atMost}`;
  return `≥ ${target.atLeast}${target.aim === undefined ? '' : ` (aim ${target.aim})`}`;
}

/** Three significant digits; whole numbers stay whole. */
export function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
