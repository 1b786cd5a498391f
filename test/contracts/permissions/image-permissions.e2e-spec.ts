import { startTestApi, type TestApi } from '../../support/api.js';
import {
  collaborate,
  distinctImage,
  expectStatus,
  newNamespace,
  newUser,
  pushImage,
  type TestUser,
  unique,
  withScopes,
} from '../../support/builders.js';
import type { NativeClient } from '../../support/native-client.js';
import { AROUND_IMAGES, DELETE, type Operation, OPERATIONS, type Target } from './image-operations.js';
import {
  ALL_PLACES,
  type Caller,
  CALLERS,
  includes,
  isListed,
  isPublic,
  levelOnImage,
  levelOnNamespace,
  NAMESPACE_VISIBILITIES,
  type Place,
  PLACES,
} from './permission-table.js';

/** The rows of one suite: what each caller must get. */
function forEachCaller<T>(expected: (caller: Caller) => T): [Caller, T][] {
  return CALLERS.map((caller) => [caller, expected(caller)]);
}

/** 404 to who may not see it, 403 to who sees it but may not do this. */
function expectedStatus({ needs, succeeds, onlyWithToken }: Operation, place: Place, caller: Caller): number {
  if (caller === 'anonymous' && onlyWithToken) return 401;
  const level = levelOnImage(place, caller);
  if (level === '-') return 404;
  return includes(level, needs) ? succeeds : 403;
}

describe('who may do what with an image', () => {
  let api: TestApi;
  let owner: TestUser;
  let clients: Readonly<Record<Caller, NativeClient>>;
  const targets = new Map<Place, Target>();

  beforeAll(async () => {
    api = await startTestApi();
    owner = await newUser(api.admin, 'owner');
    const [stranger, reader] = [await newUser(api.admin), await newUser(api.admin)];
    const [writer, maintainer] = [await newUser(api.admin), await newUser(api.admin)];
    for (const visibility of NAMESPACE_VISIBILITIES) {
      await newNamespace(owner, visibility, visibility);
      await collaborate(owner, visibility, reader, 'reader');
      await collaborate(owner, visibility, writer, 'writer');
      await collaborate(owner, visibility, maintainer, 'maintainer');
    }
    clients = { anonymous: api.anonymous, stranger, reader, writer, maintainer, owner, admin: api.admin };
    for (const place of ALL_PLACES) targets.set(place, await newImage(place));
  });
  afterAll(() => api.close());

  async function newImage(place: Place): Promise<Target> {
    const { namespace, image: visibility } = PLACES[place];
    const name = unique('image');
    const query = namespace === undefined ? `name=${name}` : `name=${name}&namespace=${namespace}`;
    const { id, reference } = await pushImage(owner, query);
    if (visibility !== 'private') expectStatus(await owner.patch(`/images/${id}`, { visibility }), 200);
    return { id, name, reference, visibility };
  }

  function imageIn(place: Place): Target {
    const target = targets.get(place);
    if (!target) throw new Error(`no image in ${place}`);
    return target;
  }

  describe.each(ALL_PLACES)('%s:', (place) => {
    describe.each(Object.entries(OPERATIONS))('%s', (_, operation) => {
      it.each(forEachCaller((caller) => expectedStatus(operation, place, caller)))(
        'answers %s with %d',
        async (caller, status) => {
          expect((await operation.call(clients[caller], imageIn(place))).status).toBe(status);
        },
      );
    });

    describe('DELETE it', () => {
      it.each(forEachCaller((caller) => expectedStatus(DELETE, place, caller)))(
        'answers %s with %d',
        async (caller, status) => {
          const image = await newImage(place);
          expect((await DELETE.call(clients[caller], image)).status).toBe(status);
          expect((await owner.get(`/images/${image.id}`)).status).toBe(status === 204 ? 404 : 200);
        },
      );
    });

    describe('GET /images', () => {
      /** Whether the list has it, or the status of a refusal. */
      const ask = async (caller: Caller, includePublic: boolean): Promise<boolean | number> => {
        const { id, name } = imageIn(place);
        const { status, body } = await clients[caller].get(`/images?name=${name}&include_public=${includePublic}`);
        return status === 200 ? (body as { id: number }[]).some((image) => image.id === id) : status;
      };

      it.each(forEachCaller((caller) => (caller === 'anonymous' ? 401 : isListed(place, caller))))(
        'without public ones has it for %s: %s',
        async (caller, expected) => {
          expect(await ask(caller, false)).toBe(expected);
        },
      );

      it.each(forEachCaller((caller) => (caller === 'anonymous' ? 401 : isListed(place, caller) || isPublic(place))))(
        'with public ones has it for %s: %s',
        async (caller, expected) => {
          expect(await ask(caller, true)).toBe(expected);
        },
      );
    });
  });

  describe.each(NAMESPACE_VISIBILITIES)('%s namespace:', (visibility) => {
    const inside = ALL_PLACES.filter((place) => PLACES[place].namespace === visibility);

    it.each(forEachCaller((caller) => (levelOnNamespace(visibility, caller) === '-' ? 404 : 200)))(
      'GET its images answers %s with %d, and with all of them where they may look',
      async (caller, status) => {
        const answer = await clients[caller].get(`/n/owner/${visibility}/-/images?limit=100`);
        expect(answer.status).toBe(status);
        if (status === 200) {
          const listed = (answer.body as { id: number }[]).map(({ id }) => id);
          expect(listed).toEqual(expect.arrayContaining(inside.map((place) => imageIn(place).id)));
        }
      },
    );

    /** 400 in the place of 404: a push names a namespace in one of its fields, and is not told whether it is there. */
    const pushed = { '-': 400, r: 403, w: 201, d: 201, m: 201 };

    it.each(forEachCaller((caller) => (caller === 'anonymous' ? 401 : pushed[levelOnNamespace(visibility, caller)])))(
      'POST an image into it answers %s with %d',
      async (caller, status) => {
        const query = `name=${unique('pushed')}&namespace=${visibility}@owner`;
        expect((await clients[caller].push(query, distinctImage('pushed'))).status).toBe(status);
      },
    );
  });

  describe('an owner’s token', () => {
    const SCOPES = ['read', 'write', 'delete'].flatMap((verb) => [`image:${verb}`, `namespace:${verb}`]);

    it.each(Object.entries({ ...OPERATIONS, DELETE, ...AROUND_IMAGES }))(
      'of one scope is good for %s, and one of all others is not',
      async (_, operation) => {
        const image = await newImage('public namespace');
        const others = await withScopes(owner, ...SCOPES.filter((scope) => scope !== operation.scope));
        const refusal = await operation.call(others, image);
        expect(refusal.status).toBe(403);
        const challenge = `Bearer realm="Diskyard", error="insufficient_scope", scope="${operation.scope}"`;
        expect(refusal.headers.get('www-authenticate')).toBe(challenge);
        const only = await withScopes(owner, operation.scope);
        expect((await operation.call(only, image)).status).toBe(operation.succeeds);
      },
    );
  });
});
