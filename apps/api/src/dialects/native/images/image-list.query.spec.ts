import type { ImageView } from '#domain/images';
import type { Page } from '#kernel';
import { imageListLinks, readImageListQuery } from './image-list.query.js';

describe('readImageListQuery', () => {
  it('asks for the first 25 by name where nothing is said', () => {
    expect(readImageListQuery({})).toEqual({
      filters: {},
      includePublic: false,
      sort: { by: 'name', descending: false },
      slice: { kind: 'page', page: 1 },
      limit: 25,
    });
  });

  it('reads every filter', () => {
    const { filters } = readImageListQuery({
      search: 'S',
      name: 'n',
      tag: 't',
      owner: 'o',
      namespace: 'a/b@c',
      status: 'available',
      label: ['k=v', 'k=w', 'e=', 'q=a=b'],
    });
    expect(filters).toEqual({
      search: 'S',
      name: 'n',
      tag: 't',
      owner: 'o',
      namespace: { path: 'a/b', owner: 'c' },
      status: 'available',
      labels: [
        ['k', 'v'],
        ['k', 'w'],
        ['e', ''],
        ['q', 'a=b'],
      ],
    });
  });

  it.each(['a', 'a@'])('means the caller’s own namespace by %s', (namespace) => {
    expect(readImageListQuery({ namespace }).filters.namespace).toEqual({ path: 'a', owner: undefined });
  });

  it.each([
    ['true', true],
    ['1', true],
    ['false', false],
    ['yes', false],
    ['', false],
  ])('takes include_public=%s for %s', (include_public, expected) => {
    expect(readImageListQuery({ include_public }).includePublic).toBe(expected);
  });

  it.each(['name', 'created_at', 'updated_at'] as const)('sorts by %s either way', (by) => {
    expect(readImageListQuery({ sort: by }).sort).toEqual({ by, descending: false });
    expect(readImageListQuery({ sort: `-${by}` }).sort).toEqual({ by, descending: true });
  });

  it.each([
    [{ sort: 'id' }, 'sort'],
    [{ sort: '-' }, 'sort'],
    [{ status: 'Available' }, 'status'],
    [{ label: 'k' }, 'label'],
    [{ label: ['k=v', '=v'] }, 'label'],
    [{ cursor: 'x' }, 'cursor'],
  ])('refuses %j, and blames its %s', (query, field) => {
    expect(() => readImageListQuery(query)).toThrow(
      expect.objectContaining({ code: 'invalid', fields: { [field]: [expect.any(String)] } }) as Error,
    );
  });

  it('lets a cursor go before a page', () => {
    const cursor = Buffer.from(JSON.stringify(['before', 'n', 't', 7])).toString('base64url');
    expect(readImageListQuery({ cursor, page: '3' }).slice).toEqual({ kind: 'before', position: ['n', 't', 7] });
  });
});

describe('imageListLinks', () => {
  // Of an image, links need what it is sorted by.
  const image = (id: number): ImageView =>
    ({ id, name: `n${id}`, tag: 't', createdAt: new Date(id), updatedAt: new Date(10 * id) }) as ImageView;
  const page = (hasPrevious: boolean, hasNext: boolean): Page<ImageView> => ({
    items: [image(4), image(5)],
    hasPrevious,
    hasNext,
  });

  it('counts pages for who counts them', () => {
    const query = readImageListQuery({ page: '2' });
    expect(imageListLinks(page(true, true), query, { page: '2' })).toEqual({
      first: { page: '1' },
      prev: { page: '1' },
      next: { page: '3' },
    });
  });

  it.each([
    ['name', ['n4', 't', 4], ['n5', 't', 5]],
    ['-created_at', ['1970-01-01T00:00:00.004Z', 4], ['1970-01-01T00:00:00.005Z', 5]],
    ['updated_at', ['1970-01-01T00:00:00.040Z', 4], ['1970-01-01T00:00:00.050Z', 5]],
  ])('writes cursors that it reads back, sorted by %s', (sort, first, last) => {
    const { prev, next } = imageListLinks(page(true, true), readImageListQuery({ sort }), { sort });
    const sliceOf = (cursor: string | undefined) => readImageListQuery({ sort, cursor }).slice;
    expect(sliceOf(prev?.cursor)).toEqual({ kind: 'before', position: first });
    expect(sliceOf(next?.cursor)).toEqual({ kind: 'after', position: last });
  });

  it('has neither where there is nothing on that side', () => {
    expect(imageListLinks(page(false, false), readImageListQuery({}), {})).toEqual({
      first: { page: undefined, cursor: undefined },
      prev: undefined,
      next: undefined,
    });
  });
});
