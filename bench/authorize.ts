import type { Target } from './transfer.js';

/** A new token for a user, given out by an admin, as a header. */
export async function authorize(
  { url, authorization }: Target,
  user: string,
  scopes: readonly string[],
): Promise<{ readonly Authorization: string }> {
  const { token } = (await postJson(`${url}/tokens`, authorization, { name: 'bench', scopes, user })) as {
    token: string;
  };
  return { Authorization: `Bearer ${token}` };
}

/** @returns the answer's body; @throws Error for any status but 201 */
export async function postJson(url: string, authorization: Target['authorization'], body: object): Promise<unknown> {
  const headers = { ...authorization, 'Content-Type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (response.status !== 201) throw new Error(`POST ${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
