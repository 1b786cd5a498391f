import { SCOPES, type Scope } from '#kernel';
import { Config } from '#platform/config';
import { Database } from '#platform/database';
import { MemoryBlobStore } from '#platform/storage';
import { ApiModule } from '../../apps/api/src/api.module.js';
import { type RouteEntry, routesOf, scopeOf } from '../../apps/api/src/reference/route-table.js';
import { startTestApi, type TestApi } from '../support/api.js';
import { mintToken, newUser } from '../support/builders.js';
import { newApiKey } from '../support/hotkeys.js';
import { type Answer, type Call, NativeClient } from '../support/native-client.js';
import { makeTarget } from './route-targets.js';

const ROUTES = routesOf(ApiModule.forRoot(Config.parse({}), new MemoryBlobStore()));

/** Those whose callers are known by bearer tokens; a dialect of its own credentials shows for itself that it keeps its routes. */
const OWN = ROUTES.filter(({ credentials }) => credentials === undefined);

const CLOSED = OWN.filter(({ access }) => access?.kind !== 'public');
const OPEN = OWN.filter(({ access }) => access?.kind === 'public');
const SCOPED = named(OWN).flatMap(([name, route]): [string, RouteEntry, Scope][] => {
  const scope = scopeOf(route);
  return scope === undefined ? [] : [[name, route, scope]];
});
const HALF_OPEN = OWN.filter(({ access }) => access?.kind === 'scope or public');

const UNAUTHENTICATED = { message: 'Send a valid token in the header "Authorization: Bearer <token>"' };
const BAD_CREDENTIALS = ['malformed', 'unknown', 'expired', 'revoked', 'disabled', 'basic', 'foreign'] as const;

describe('every route', () => {
  let api: TestApi;
  let bad: Readonly<Record<(typeof BAD_CREDENTIALS)[number], string>>;
  const only = new Map<Scope, NativeClient>();
  const allBut = new Map<Scope, NativeClient>();

  beforeAll(async () => {
    api = await startTestApi();
    bad = await badCredentials(api);
    for (const scope of SCOPES) {
      const others = SCOPES.filter((other) => other !== scope);
      only.set(scope, new NativeClient(api.url, await mintToken(api.admin, [scope])));
      allBut.set(scope, new NativeClient(api.url, await mintToken(api.admin, others)));
    }
  });
  afterAll(() => api.close());

  it('is in the table that this suite walks', () => {
    const table = ROUTES.map(({ method, path }) => `${method} ${path}`);
    expect(table.sort()).toEqual(servedRoutes(api).sort());
  });

  it.each(named(ROUTES))('%s declares its access', (_, { access }) => {
    expect(access).toBeDefined();
  });

  it('is of the one dialect that has credentials of its own, or takes bearer tokens', () => {
    for (const { path, credentials } of ROUTES.filter(({ access }) => access?.kind !== 'public')) {
      expect([path, credentials]).toEqual([path, path.startsWith('/chutes/') ? 'ChutesCredentials' : undefined]);
    }
  });

  it.each(named(CLOSED.filter((route) => !HALF_OPEN.includes(route))))('%s: no credential, 401', async (_, route) => {
    const { status, headers, body } = await call(api.anonymous, route, await makeTarget(api, route));
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="Diskyard"');
    expect(body).toEqual(UNAUTHENTICATED);
  });

  it.each(named(HALF_OPEN))('%s: no credential, 404 until it is public', async (_, route) => {
    const path = await makeTarget(api, route);
    const { status, headers, body } = await call(api.anonymous, route, path);
    expect(status).toBe(404);
    expect(headers.get('www-authenticate')).toBeNull();
    expect(body).toEqual({ message: 'Not Found' });
    const thing = path.replace(/\/(file|boot-test.*|build|-\/.*)$/, '');
    expect((await api.admin.patch(thing, { visibility: 'public' })).status).toBe(200);
    expect((await call(api.anonymous, route, path)).status).toBe(200);
  });

  it.each(named(OPEN))('%s: open to all, whatever credential they send', async (_, route) => {
    const path = await makeTarget(api, route);
    expect((await call(api.anonymous, route, path)).status).toBe(200);
    expect((await call(api.anonymous, route, path, { Authorization: bad.unknown })).status).toBe(200);
  });

  it.each(named(CLOSED))('%s: a bad credential of any kind, 401', async (_, route) => {
    const path = await makeTarget(api, route);
    for (const kind of BAD_CREDENTIALS) {
      if (kind === 'foreign' && path.startsWith('/images')) continue; // there it makes the request one of its own dialect
      const { status, headers, body } = await call(api.anonymous, route, path, { Authorization: bad[kind] });
      expect({ kind, status, body }).toEqual({ kind, status: 401, body: UNAUTHENTICATED });
      expect(headers.get('www-authenticate')).toMatch(/^Bearer realm="Diskyard"(, error="invalid_(token|request)")?$/);
    }
  });

  it.each(SCOPED)('%s: every scope but the right one, 403 that names it', async (_, route, scope) => {
    const { status, headers, body } = await call(allBut.get(scope), route, await makeTarget(api, route));
    expect(status).toBe(403);
    expect(headers.get('www-authenticate')).toBe(
      `Bearer realm="Diskyard", error="insufficient_scope", scope="${scope}"`,
    );
    expect(body).toEqual({ message: `Your token does not have the scope ${scope}` });
  });

  it.each(SCOPED)('%s: the right scope alone is enough', async (_, route, scope) => {
    const { status } = await call(only.get(scope), route, await makeTarget(api, route));
    // 400, and 409 for a version: what an empty body lacks. An unreachable route would answer 404.
    expect([200, 202, 204, 400, 409]).toContain(status);
  });

  it('that takes any valid token takes one of any scope', async () => {
    const routes = CLOSED.filter(({ access }) => access?.kind === 'authenticated');
    expect(routes.map(({ path }) => path)).toEqual(['/user']);
    for (const client of only.values()) expect((await client.get('/user')).status).toBe(200);
  });
});

/** What the running server's router has, apart from middleware, which is there for every path. */
function servedRoutes({ app }: TestApi): string[] {
  interface Layer {
    readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  }
  const { router } = app.getHttpAdapter().getInstance() as { readonly router: { readonly stack: readonly Layer[] } };
  return router.stack
    .flatMap(({ route }) =>
      route ? Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`) : [],
    )
    .filter((route) => !route.includes(' {/*'));
}

function named(routes: readonly RouteEntry[]): [string, RouteEntry][] {
  return routes.map((route) => [`${route.method} ${route.path}`, route]);
}

async function call(
  client: NativeClient | undefined,
  { method }: RouteEntry,
  path: string,
  headers: Call['headers'] = {},
): Promise<Answer> {
  if (!client) throw new Error('no client for this scope');
  return client.call(method, path, { headers, ...(method === 'GET' || method === 'DELETE' ? {} : { json: {} }) });
}

/** Values of `Authorization` that prove nothing here: ends of tokens of all scopes, forgeries, and what another dialect takes. */
async function badCredentials(api: TestApi): Promise<Record<(typeof BAD_CREDENTIALS)[number], string>> {
  const [expired, revoked] = [await mintToken(api.admin, SCOPES), await mintToken(api.admin, SCOPES)];
  const disabled = await newUser(api.admin);
  await api.admin.patch(`/users/${disabled.username}`, { disabled: true });
  const database = api.app.get(Database, { strict: false });
  await database.query('UPDATE tokens SET expires_at = now() WHERE secret_hash = sha256($1::bytea)', [expired]);
  await database.query('DELETE FROM tokens WHERE secret_hash = sha256($1::bytea)', [revoked]);
  return {
    malformed: `Bearer ${expired} ${revoked}`,
    unknown: 'Bearer no-such-token-was-ever-made',
    expired: `Bearer ${expired}`,
    revoked: `Bearer ${revoked}`,
    disabled: `Bearer ${disabled.token ?? ''}`,
    foreign: `Bearer ${(await newApiKey(api.admin, { name: 'foreign', admin: true })).secret_key}`,
    basic: `Basic ${Buffer.from(`admin:${api.admin.token ?? ''}`).toString('base64')}`,
  };
}
