import { startTestApi, type TestApi } from '../../../support/api.js';
import {
  collaborate,
  expectStatus,
  newNamespace,
  newTree,
  newUser,
  type TestUser,
  unique,
} from '../../../support/builders.js';
import { namespaceBody } from '../../../support/image-body.js';
import { changingNothing } from '../../../support/whole-state.js';

const NAME_RULE = 'Name must be 1 to 39 letters, digits or dashes, and begin with a letter or digit';

describe('POST /namespaces', () => {
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin);
  });
  afterAll(() => api.close());

  it('answers 201 with the whole entity and where it is', async () => {
    const input = { name: 'djinn', description: 'Images of our own', visibility: 'internal' };
    const { status, headers, body } = await alice.post('/namespaces', input);
    const { id } = body as { id: number };
    expect(status).toBe(201);
    expect(body).toEqual(namespaceBody(alice, 'djinn', { ...input, root_id: id, parent_id: null }));
    expect(headers.get('location')).toBe(`${api.url}/n/${alice.username}/djinn`);
    expect((await alice.get(`/n/${alice.username}/djinn`)).body).toEqual(body);
  });

  it('makes a namespace private, and without a description, unless told', async () => {
    const { body } = expectStatus(await alice.post('/namespaces', { name: 'plain' }), 201);
    expect(body).toEqual(namespaceBody(alice, 'plain', { visibility: 'private', description: '' }));
  });

  it('makes a child of one of the caller’s own, whose root is the tree’s', async () => {
    await newTree(alice, 'tree/branch');
    const { id: rootId } = (await alice.get(`/n/${alice.username}/tree`)).body as { id: number };
    const { id: parentId } = (await alice.get(`/n/${alice.username}/tree/branch`)).body as { id: number };
    const { status, headers, body } = await alice.post('/namespaces', { name: 'leaf', parent: 'tree/branch' });
    expect(status).toBe(201);
    expect(body).toEqual(namespaceBody(alice, 'tree/branch/leaf', { root_id: rootId, parent_id: parentId }));
    expect(headers.get('location')).toBe(`${api.url}/n/${alice.username}/tree/branch/leaf`);
  });

  it('finds the parent whatever its case, and keeps each name as it was typed', async () => {
    await newNamespace(alice, 'CamelCase');
    const { body } = expectStatus(await alice.post('/namespaces', { name: 'Tools', parent: 'camelCASE' }), 201);
    expect(body).toMatchObject({ name: 'Tools', path: 'CamelCase/Tools' });
  });

  it.each(['private', 'internal', 'public'])(
    'gives a child the visibility of its %s parent, whatever is asked',
    async (visibility) => {
      const root = unique('root');
      await newNamespace(alice, root, visibility);
      for (const asked of ['private', 'internal', 'public']) {
        const { body } = expectStatus(
          await alice.post('/namespaces', { name: asked, parent: root, visibility: asked }),
          201,
        );
        expect(body).toMatchObject({ visibility });
      }
    },
  );

  it.each(['a', '7', 'A-b-', 'x'.repeat(39)])('takes the name %s', async (name) => {
    expect((await alice.post('/namespaces', { name })).body).toMatchObject({ name, path: name });
  });

  it.each(['', '-', '-a', 'a_b', 'a.b', 'a b', 'a/b', '..', 'ä', 'x'.repeat(40), 'a\r\nX: y'])(
    'refuses the name %j',
    async (name) => {
      const { status, body } = await changingNothing(api, () => alice.post('/namespaces', { name }));
      expect({ status, body }).toEqual({ status: 400, body: { name: [NAME_RULE] } });
    },
  );

  describe('names under one parent', () => {
    const taken = { status: 400, body: { name: ['Name already exists'] } };

    it('refuses one that differs from another only in case, as a root', async () => {
      await newNamespace(alice, 'Unique');
      const { status, body } = await changingNothing(api, () => alice.post('/namespaces', { name: 'uNIQUE' }));
      expect({ status, body }).toEqual(taken);
    });

    it('refuses one that differs from another only in case, as a child', async () => {
      await newTree(alice, 'siblings/one');
      const { status, body } = await changingNothing(api, () =>
        alice.post('/namespaces', { name: 'ONE', parent: 'siblings' }),
      );
      expect({ status, body }).toEqual(taken);
    });

    it('takes the same name under another parent, as a root, and in another user’s account', async () => {
      await newTree(alice, 'first/same');
      await newTree(alice, 'second/same/same');
      await newNamespace(alice, 'same');
      await newNamespace(await newUser(api.admin), 'same');
      const { body } = await alice.get('/namespaces?search=same');
      expect((body as { path: string }[]).map(({ path }) => path)).toEqual([
        'first/same',
        'same',
        'second/same',
        'second/same/same',
      ]);
    });

    it('gives one of two requests that come at once the name', async () => {
      const answers = await Promise.all(['race', 'RACE'].map((name) => alice.post('/namespaces', { name })));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 400]);
    });
  });

  it('takes a tree of 20 levels, and refuses the 21st', async () => {
    const path = Array<string>(20).fill('deep').join('/');
    await newTree(alice, path);
    const { status, body } = await changingNothing(api, () => alice.post('/namespaces', { name: 'x', parent: path }));
    expect((await alice.get(`/n/${alice.username}/${path}`)).body).toEqual(namespaceBody(alice, path));
    expect({ status, body }).toEqual({ status: 400, body: { parent: ['Namespace cannot exceed depth of 20'] } });
  });

  it('takes a description of 255 characters, and refuses one of 256', async () => {
    const description = '💾'.repeat(255);
    expect((await alice.post('/namespaces', { name: 'described', description })).body).toMatchObject({ description });
    const { status, body } = await changingNothing(api, () =>
      alice.post('/namespaces', { name: 'described2', description: `${description}.` }),
    );
    const message = 'Description cannot be longer than 255 characters in length';
    expect({ status, body }).toEqual({ status: 400, body: { description: [message] } });
  });

  it.each(['nowhere', '', 'tree/nowhere', 'tree/', 'tree%2Fbranch', 'tree@someone'])(
    'refuses the parent %j, which is none of the caller’s',
    async (parent) => {
      const { status, body } = await changingNothing(api, () => alice.post('/namespaces', { name: 'x', parent }));
      expect({ status, body }).toEqual({ status: 400, body: { parent: ['Could not find parent'] } });
    },
  );

  it('does not take another’s namespace for the parent, not even as its maintainer', async () => {
    const bob = await newUser(api.admin);
    await newNamespace(alice, 'hers', 'public');
    await collaborate(alice, 'hers', bob, 'maintainer');
    for (const parent of ['hers', `hers@${alice.username}`]) {
      const { status, body } = await changingNothing(api, () => bob.post('/namespaces', { name: 'x', parent }));
      expect({ status, body }).toEqual({ status: 400, body: { parent: ['Could not find parent'] } });
    }
  });

  it.each(['secret', '', 'Public'])('refuses the visibility %j', async (visibility) => {
    const { status, body } = await changingNothing(api, () => alice.post('/namespaces', { name: 'x', visibility }));
    const message = 'Visibility must be one of private, internal, public';
    expect({ status, body }).toEqual({ status: 400, body: { visibility: [message] } });
  });

  it('reports everything that is wrong at once', async () => {
    const input = { name: '-', description: 'x'.repeat(256), visibility: 'secret', parent: 'nowhere' };
    const { status, body } = await changingNothing(api, () => alice.post('/namespaces', input));
    expect(status).toBe(400);
    expect(Object.keys(body as object)).toEqual(['name', 'description', 'visibility']);
  });

  it.each([
    [{}, { name: ['Name must be a string'] }],
    [{ name: 7 }, { name: ['Name must be a string'] }],
    [{ name: null }, { name: ['Name must be a string'] }],
    [{ name: 'x', parent: 7 }, { parent: ['Parent must be a string'] }],
    [{ name: 'x', parent: null }, { parent: ['Parent must be a string'] }],
    [{ name: 'x', description: ['y'] }, { description: ['Description must be a string'] }],
    [{ name: 'x', description: null }, { description: ['Description must be a string'] }],
    [{ name: 'x', visibility: {} }, { visibility: ['Visibility must be a string'] }],
    [{ name: 'x', colour: 'red' }, { colour: ['Property colour should not exist'] }],
    [['x'], { message: 'Send a JSON object, with Content-Type: application/json' }],
  ])('refuses %j', async (input, problems) => {
    const { status, body } = await changingNothing(api, () => alice.post('/namespaces', input));
    expect({ status, body }).toEqual({ status: 400, body: problems });
  });
});
