import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

const run = promisify(execFile);

/** The system user PostgreSQL runs as. */
export interface Account {
  uid: number;
  gid: number;
}

const OWN_USER = 'diskyard';
/** Used where the system has no means to add a user; every system knows at least one of them. */
const STAND_INS = ['postgres', 'nobody'];
/** shadow-utils' command (most Linux systems), then BusyBox's. */
const ADD_USER = [
  ['useradd', '--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/bin/false'],
  ['adduser', '-S', '-D', '-H', '-h', '/nonexistent', '-s', '/bin/false'],
];

/**
 * Whom PostgreSQL runs as; `undefined` means as ourselves. PostgreSQL refuses to run as root, so root hands it to the
 * owner of an existing cluster, else to the system user `diskyard`, which is added when missing. It has to be a user
 * with an entry in the user database: initdb looks its own name up.
 */
export async function postgresAccount(
  cluster: string | undefined,
  log: (line: string) => void,
): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  return (await ownerOf(cluster)) ?? (await findUser(OWN_USER)) ?? (await addUser(log)) ?? (await findStandIn(log));
}

/** Node's spawn options that run a program as the account. */
export function runAs(account: Account | undefined): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {};
}

async function ownerOf(cluster: string | undefined): Promise<Account | undefined> {
  const owner = cluster === undefined ? undefined : await stat(cluster).catch(() => undefined);
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : undefined;
}

async function findUser(name: string): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

async function addUser(log: (line: string) => void): Promise<Account | undefined> {
  for (const [command = '', ...options] of ADD_USER) {
    // A failure is judged by what it left: a server starting beside us may have added the user first.
    await run(command, [...options, OWN_USER]).catch(() => undefined);
    const account = await findUser(OWN_USER);
    if (!account) continue;
    log(`added the system user "${OWN_USER}": PostgreSQL does not run as root`);
    return account;
  }
  return undefined;
}

async function findStandIn(log: (line: string) => void): Promise<Account> {
  for (const name of STAND_INS) {
    const account = await findUser(name);
    if (!account) continue;
    log(`could not add the system user "${OWN_USER}"; PostgreSQL runs as "${name}"`);
    return account;
  }
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root, and no system user could be found or added for it; ' +
      `add one named "${OWN_USER}", start as an ordinary user, or set DATABASE_URL`,
  );
}
