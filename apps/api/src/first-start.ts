import type { INestApplicationContext } from '@nestjs/common';
import type { Config } from '#platform/config';
import { TokensService } from '#domain/auth';
import { UsersService } from '#domain/users';

/** What there is to tell about the admin's way in. */
export interface FirstStart {
  /** Whether this installation had no user before. */
  readonly isFirst: boolean;
  /** The admin's new token, to be shown once; undefined where the operator chose it, or it was shown before. */
  readonly adminToken: string | undefined;
}

/** Sees to it that there is an admin with a token: a generated one at the first start, or the one of ADMIN_TOKEN. */
export async function ensureAdmin(app: INestApplicationContext, { adminToken }: Config): Promise<FirstStart> {
  const users = app.get(UsersService, { strict: false });
  const tokens = app.get(TokensService, { strict: false });
  const created = await users.createFirstAdmin();
  if (adminToken !== undefined) {
    await tokens.setOperatorToken(created ?? (await users.get('admin')), adminToken);
    return { isFirst: created !== null, adminToken: undefined };
  }
  return { isFirst: created !== null, adminToken: created ? await tokens.issueAdminToken(created) : undefined };
}

/** What `npm start` prints once it listens. */
export function greeting(url: string, { isFirst, adminToken }: FirstStart, sampleFile: string): string {
  const lines = [`Diskyard listens on ${url}`];
  if (isFirst) {
    const auth = `-H "Authorization: Bearer ${adminToken ?? '$ADMIN_TOKEN'}"`;
    if (adminToken !== undefined) lines.push('', `Token of the user admin, shown only this once:  ${adminToken}`);
    lines.push(
      '',
      'Push, list and pull an image:',
      `  curl ${auth} --data-binary @${quoted(sampleFile)} '${url}/images?name=tiny'`,
      `  curl ${auth} ${url}/images`,
      `  curl ${auth} -o tiny.qcow2 ${url}/images/tiny/file`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
