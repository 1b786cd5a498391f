import { createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Hostile } from '../build-context/hostile-archive.js';
import { HOSTILE_TARS } from '../build-context/hostile-tars.js';
import { HOSTILE_ZIPS, LYING_ZIPS } from '../build-context/hostile-zips.js';
import { tarOf } from '../build-context/tar-bytes.js';
import { HostileBuilds } from './hostile-builds.js';

const MIB = 2 ** 20;
/** What a build of these tests may have on the disk. */
const ROOM = 96 * MIB;
const ZEROS = Buffer.alloc(80 * MIB);

/** What is too much here: by what it says, or by what it unpacks to. */
const TOO_LARGE: readonly Hostile[] = [
  [
    'a file that is larger than all room',
    tarOf({ name: 'x', size: ROOM + 1 }),
    `x: is larger than the ${ROOM} bytes a file may have`,
  ],
  [
    'two files that are larger together',
    gzipSync(tarOf({ name: 'x', body: ZEROS }, { name: 'y', body: ZEROS })),
    `the archive unpacks to more than ${ROOM} bytes`,
  ],
  [
    'a bomb',
    zstdCompressSync(tarOf({ name: 'x', body: ZEROS })),
    'the archive unpacks to more than 1000 times its size',
  ],
];

describe('a build with a hostile context fails with what is wrong, and leaves nothing', () => {
  let builds: HostileBuilds;
  beforeAll(async () => {
    builds = await HostileBuilds.start({ BUILD_DISK_BYTES: String(ROOM) });
  });
  afterAll(() => builds.close());

  /** All that it says; `more` before the reason. */
  const expectRefusal = async (context: Buffer, reason: string, ...more: readonly unknown[]): Promise<void> => {
    const { status, error, lines } = await builds.run({ dockerfile: 'FROM scratch\nCOPY . /\n', context });
    const sha256 = createHash('sha256').update(context).digest('hex');
    const received = `Received a build context of ${context.length} bytes with SHA-256 ${sha256}`;
    const message = `The build context cannot be used: ${reason}`;
    expect({ status, error, lines }).toEqual({ status: 'failed', error: message, lines: [received, ...more, message] });
  };

  /** One of three: all of them are judged in test/contracts/build-context. Two are judged by other limits here, or refused at once. */
  const isAsked = ([problem]: Hostile, index: number): boolean =>
    index % 3 === 0 && !['more bytes than may be', 'nothing at all'].includes(problem);

  it.each(HOSTILE_TARS.filter(isAsked))('tar: %s', async (_, context, reason) => {
    await expectRefusal(context, reason);
  });

  it.each(HOSTILE_ZIPS.filter(isAsked))('zip: %s', async (_, context, reason) => {
    await expectRefusal(context, reason);
  });

  it.each(TOO_LARGE)('too large: %s', async (_, context, reason) => {
    await expectRefusal(context, reason);
  });

  it.each(LYING_ZIPS)('zip that lies: %s', async (_, context, reason) => {
    await expectRefusal(context, reason, expect.stringMatching(/^It is a zip archive \(not packed\) of \d entries/));
  });
});
