import { DomainError } from '#kernel';
import { Values } from '../chutes.validation.js';
import type { FormWords } from './build-form.js';
import { COMPUTE_TYPES, type ComputeType, DEFAULT_COMPUTE_TYPE } from './image.presenter.js';

/** What a client asks to be built. */
export interface BuildRequest {
  readonly username: string;
  /** With the path of a namespace before it, if any. */
  readonly name: string;
  readonly tag: string;
  readonly readme: string;
  readonly dockerfile: string;
  readonly isPublic: boolean;
  readonly computeType: ComputeType;
}

export const CONTEXT = 'build_context';

const NAME = /^[a-z0-9][a-z0-9_./-]{2,64}$/i;
const TAG = /^[a-z0-9][a-z0-9_./-]{1,32}$/i;

/** What clients send where there is no logo. */
const NO_LOGO = ['', '__none__'];

/** Checks the words of a form, all at once (the contract's 1.4). What it says of `wait` and `image` counts for nothing. @throws UnprocessableError */
export function readBuildRequest({ texts, files }: FormWords): BuildRequest {
  const values = new Values('body', (name) => texts.get(name));
  const request: BuildRequest = {
    username: values.text('username'),
    name: values.matching('name', NAME),
    tag: values.matching('tag', TAG),
    readme: values.text('readme'),
    dockerfile: values.text('dockerfile'),
    isPublic: values.boolean('public'),
    computeType: values.oneOf('compute_type', COMPUTE_TYPES) ?? DEFAULT_COMPUTE_TYPE,
  };
  const logo = values.text('logo_id');
  if (!NO_LOGO.includes(logo)) {
    values.refuse('logo_id', { type: 'value_error', msg: 'Value error, no logos are kept here: send __none__' });
  }
  values.boolean('wait');
  values.text('image');
  if (!files.has(CONTEXT)) values.missingFile(CONTEXT);
  values.throwIfAny();
  return request;
}

/** The first version whose clients the contract takes. */
const OLDEST = [0, 3, 61] as const;

/** Where clients say their version, it must not be older than the contract. @throws DomainError `invalid` */
export function assertRecent(version: string | undefined): void {
  if (version === undefined) return;
  const numbers = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:$|[.+-])/.exec(version)?.slice(1).map(Number);
  const first = numbers?.findIndex((number, index) => number !== OLDEST[index]) ?? -1;
  if (numbers && (first < 0 || (numbers[first] ?? 0) > (OLDEST[first] ?? 0))) return;
  throw new DomainError('invalid', `Chutes ${OLDEST.join('.')} or newer is needed to build here: upgrade it`);
}
