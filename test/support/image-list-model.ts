import fc from 'fast-check';

/**
 * What `GET /images` must answer alice, worked out in memory from everything there is: the plainest filter and sort.
 * Namespaces, names and labels are few, so that filters match often.
 */
export interface PlannedImage {
  readonly owner: 'alice' | 'bob';
  readonly namespace: string | undefined;
  readonly name: string;
  readonly tag: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of itself, whatever its namespace is. */
  readonly isPublic: boolean;
}

export interface ModelImage extends PlannedImage {
  readonly id: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface ListQuery {
  readonly search: string | undefined;
  readonly name: string | undefined;
  readonly tag: string | undefined;
  readonly owner: string | undefined;
  readonly namespace: string | undefined;
  readonly labels: readonly string[];
  readonly includePublic: boolean;
  readonly sort: string;
  readonly limit: number;
  readonly byNumber: boolean;
}

/** Bob shares one tree with alice; another of his is public, a third both. */
export const NAMESPACES = [
  { owner: 'alice', root: 'own', visibility: 'private', shared: false },
  { owner: 'alice', root: 'open', visibility: 'public', shared: false },
  { owner: 'bob', root: 'team', visibility: 'private', shared: true },
  { owner: 'bob', root: 'open', visibility: 'public', shared: false },
  { owner: 'bob', root: 'both', visibility: 'public', shared: true },
  { owner: 'bob', root: 'secret', visibility: 'private', shared: false },
] as const;

const NAMES = ['a', 'A', 'ab', 'a_b', 'a.b', 'b-a', 'disk', 'Disk-2'];
const TAGS = ['latest', '1', '_'];

const place = fc.oneof(
  ...NAMESPACES.flatMap(({ owner, root }) =>
    [root, `${root}/deep`].map((namespace) => fc.constant({ owner, namespace })),
  ),
  fc.constantFrom(...(['alice', 'bob'] as const)).map((owner) => ({ owner, namespace: undefined })),
);

const image: fc.Arbitrary<PlannedImage> = fc
  .record({
    place,
    name: fc.constantFrom(...NAMES),
    tag: fc.constantFrom(...TAGS),
    labels: fc.dictionary(fc.constantFrom('os', 'arch'), fc.constantFrom('x', 'y'), { noNullPrototype: true }),
    isPublic: fc.nat(3).map((n) => n === 0),
  })
  .map(({ place: where, ...rest }) => ({ ...where, ...rest }));

/** Images of which no two have the same reference. */
export const catalogue = fc.uniqueArray(image, {
  minLength: 60,
  maxLength: 60,
  selector: ({ owner, namespace = '', name, tag }) => `${owner}/${namespace}/${name}:${tag}`,
});

/** Mostly nothing: several filters at once leave little to compare. */
const seldom = <T>(...values: T[]): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(...values) });

export const listQuery: fc.Arbitrary<ListQuery> = fc.record({
  search: seldom('a', 'A', '_', '.', 'DISK', '-', '%'),
  name: seldom(...NAMES),
  tag: seldom(...TAGS),
  owner: seldom('alice', 'Bob', 'nobody'),
  namespace: seldom('own', 'open', 'Open@bob', 'team/deep@bob', 'secret@bob'),
  labels: seldom('os=x', 'os=y', 'arch=x').chain((label) =>
    fc.constantFrom(...(label === undefined ? [[]] : [[label], [label, 'arch=y'], [label, 'os=x']])),
  ),
  includePublic: fc.boolean(),
  sort: fc.constantFrom('name', '-name', 'created_at', '-created_at', 'updated_at', '-updated_at'),
  limit: fc.integer({ min: 1, max: 30 }),
  byNumber: fc.boolean(),
});

export function toSearch({ labels, includePublic, limit, byNumber, ...words }: ListQuery): string {
  const search = new URLSearchParams({ limit: String(limit), include_public: String(includePublic) });
  for (const [name, value] of Object.entries(words)) if (value !== undefined) search.set(name, value);
  for (const label of labels) search.append('label', label);
  if (byNumber) search.set('page', '1');
  return search.toString();
}

/** The ids that alice must get, in their order. */
export function expectedIds(images: readonly ModelImage[], query: ListQuery): number[] {
  const found = images.filter((candidate) => isVisible(candidate, query.includePublic) && matches(candidate, query));
  const key = query.sort.replace('-', '') as 'name' | 'created_at' | 'updated_at';
  const sorted = found.toSorted((one, other) => {
    const byKey = compare(one[key], other[key]);
    return byKey || (key === 'name' ? compare(one.tag, other.tag) : 0) || one.id - other.id;
  });
  return (query.sort.startsWith('-') ? sorted.toReversed() : sorted).map(({ id }) => id);
}

function isVisible({ owner, namespace, isPublic }: ModelImage, includePublic: boolean): boolean {
  if (owner === 'alice') return true;
  const tree = NAMESPACES.find(({ owner: of, root }) => of === owner && root === namespace?.split('/')[0]);
  return tree?.shared === true || (includePublic && (isPublic || tree?.visibility === 'public'));
}

function matches(candidate: ModelImage, { search, name, tag, owner, namespace, labels }: ListQuery): boolean {
  const [path, namespaceOwner = 'alice'] = namespace?.split('@') ?? [];
  return (
    (search === undefined || candidate.name.toLowerCase().includes(search.toLowerCase())) &&
    (name === undefined || candidate.name === name) &&
    (tag === undefined || candidate.tag === tag) &&
    (owner === undefined || candidate.owner === owner.toLowerCase()) &&
    (path === undefined || (candidate.namespace === path.toLowerCase() && candidate.owner === namespaceOwner)) &&
    labels.map((label) => label.split('=')).every(([key = '', value]) => candidate.labels[key] === value)
  );
}

function compare(one: string, other: string): number {
  return Number(one > other) - Number(one < other);
}
