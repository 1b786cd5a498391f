import { expectStatus, newUser, type TestUser, unique } from './builders.js';
import type { Answer, NativeClient } from './native-client.js';

/** A new team of an operator's making; with `parent`, part of that. */
export async function newTeam(admin: NativeClient, parent?: string): Promise<string> {
  const name = unique('team');
  expectStatus(await admin.post('/teams', { name, ...(parent === undefined ? {} : { parent }) }), 201);
  return name;
}

export function putMember(client: NativeClient, team: string, username: string, role: string): Promise<Answer> {
  return client.call('PUT', `/teams/${team}/members/${username}`, { json: { role } });
}

/** A new user who is in a team. */
export async function newMember(admin: NativeClient, team: string, role: 'member' | 'lead'): Promise<TestUser> {
  const user = await newUser(admin);
  expectStatus(await putMember(admin, team, user.username, role), 200);
  return user;
}

/** A new user who holds one scope everywhere: enough to give what is theirs to anybody. */
export async function newMover(admin: NativeClient, scope: string): Promise<TestUser> {
  const [user, role] = [await newUser(admin), unique('mover')];
  expectStatus(await admin.post('/roles', { name: role, scopes: [scope] }), 201);
  expectStatus(await admin.post('/bindings', { role, subject: { user: user.username } }), 201);
  return user;
}
