import { writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { newUser, type TestUser } from '../../support/builders.js';
import { postBuild } from '../../support/builds.js';
import { finished, type StartedOperation } from '../../support/downloads.js';
import { FollowedLog } from '../../support/operation-log.js';
import { Origin } from '../../support/origin.js';
import { FIRST_STEP, HostileBuilds } from './hostile-builds.js';

/** Prints for each line of a file, a command, whether that worked. */
const TRY = `while read -r line; do
  if sh -c "$line" >/dev/null 2>&1 </dev/null; then echo "> worked: $line"; else echo "> failed: $line"; fi
done < "$1"
`;

/**
 * What a step may try to see more than its image: the root of the enclosure's first process, and a link to the root that
 * buildah follows outside of the image. Neither is held to be closed.
 */
const WAYS_OUT = ['/', '/proc/1/root/', '/out/'];
const LOOK =
  'RUN ln -s / /up\nFROM tools\nCOPY look /\nRUN --mount=type=bind,from=tools,source=/up,target=/out,rw sh /look';

const OF_THE_ENCLOSURE =
  'bin dev etc input lib lib32 lib64 libx32 out proc run sbin storage sys tmp up usr var work'.split(' ');

/** How what climbs out of the context ends. */
const ESCAPE = 'copier: stat: "/etc/passwd": no such file or directory';

describe('a step of a build', () => {
  let builds: HostileBuilds;
  beforeAll(async () => {
    builds = await HostileBuilds.start();
  });
  afterAll(() => builds.close());

  async function expectFailures(commands: readonly string[]): Promise<void> {
    const files = { try: TRY, commands: commands.map((command) => `${command}\n`).join('') };
    const { status, error, said } = await builds.runSteps('COPY try commands /\nRUN sh /try /commands', files);
    const failures = commands.map((command) => `failed: ${command}`);
    expect({ status, error, said }).toEqual({ status: 'succeeded', error: null, said: failures });
  }

  it('has no right over devices, mounts, namespaces, the kernel, the clock or the processes around it', async () => {
    await expectFailures([
      ...['mknod /disk b 254 0', 'mknod /dev/disk b 8 0', 'mknod /memory c 1 1', 'devmem 0', 'cat /proc/kcore'],
      ...[
        'mount -t tmpfs none /bin',
        'mount -t proc none /bin',
        'mount -o bind / /bin',
        'umount /proc',
        'umount -l /dev',
      ],
      ...['mount -o remount,rw /proc/sys', 'pivot_root / /bin', 'chroot /proc/1/root mount -t tmpfs none /tmp'],
      ...['-U', '-m', '-n', '-p', '-i'].map((namespace) => `unshare ${namespace} true`),
      ...['nsenter -t 1 -m true', 'nsenter -t 1 -n true', 'nsenter -t 2 -p true'],
      ...['echo 1 > /proc/sys/kernel/panic', 'echo 65536 > /proc/sys/user/max_user_namespaces', 'echo x > /sys/x'],
      ...['echo c > /proc/sysrq-trigger', 'dmesg', 'insmod /bin/busybox', 'hostname evil', 'adjtimex -f 1'],
      ...['cat /proc/2/environ', 'ls /proc/2/root/', 'touch /proc/1/root/usr/evil', 'touch /proc/1/root/input/evil'],
    ]);
  });

  it('can end its own build, and nothing else', async () => {
    const { status, error } = await builds.runSteps('RUN kill -9 1; kill -9 -1; sleep 1000');
    expect({ status, error }).toEqual({
      status: 'failed',
      error: `The build failed at line ${FIRST_STEP}, RUN kill -9 1; kill -9 -1; sleep 1000: signal 9`,
    });
  });

  describe('beside a build of another user, whichever way it looks', () => {
    let bob: TestUser;
    let running: StartedOperation;
    beforeAll(async () => {
      bob = await newUser(builds.api.admin, 'bob');
      running = await builds.startSteps(bob, 'RUN echo bobs-secret > /secret\nRUN echo begun; exec sleep 98767');
      await (await FollowedLog.open(bob, `/operations/${running.id}/logs?format=text`)).until('begun\n');
      await writeFile(join(builds.api.storeDir, 'canary'), 'servers-secret');
    });
    afterAll(async () => {
      await bob.post(`/operations/${running.id}/cancel`, {});
      await finished(bob, running);
    });

    const look = async (script: string): Promise<readonly string[]> => {
      const { status, error, said } = await builds.runStepsBesideOthers(LOOK, { look: script });
      expect({ status, error }).toEqual({ status: 'succeeded', error: null });
      return said;
    };

    it('finds the folders of its own build, and in them nothing of others', async () => {
      const names = await look(`for way in ${WAYS_OUT.join(' ')}; do ls $way; done | sort -u | sed 's/^/> /'`);
      expect(names.filter((name) => !OF_THE_ENCLOSURE.includes(name))).toEqual(['look']);
      const places = WAYS_OUT.flatMap((way) =>
        ['work', 'input', 'storage', 'tmp', 'var', 'etc', 'run'].map((name) => way + name),
      );
      // Patterns that do not find themselves.
      const search = (word: string): string =>
        `find ${places.join(' ')} -xdev -type f -exec grep -lE '${word}' {} + 2>/dev/null | sed 's/^/> /'\n`;
      expect(await look(`echo mallorys-secret > /run/mine\n${search('mallorys-secre[t]')}`)).toContain('/run/mine');
      expect(
        await look(`${search('(bobs|servers)-secre[t]')}cat /proc/1/root/etc/shadow /out/etc/shadow | sed 's/^/> /'`),
      ).toEqual([]);
    });

    it('sees no process but those of its own build', async () => {
      const seen = await look(`ps -o args | sed 's/^/> /'`);
      expect(seen.filter((line) => line.includes('98767'))).toEqual([]);
    });
  });

  it('reaches no network: neither this machine nor another', async () => {
    const origin = await Origin.start();
    const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    const own = addresses.filter(({ family }) => family === 'IPv4').map(({ address }) => address);
    const ports = [builds.api.url, builds.api.databaseUrl].map((url) => new URL(url).port);
    await expectFailures([
      ...own.map((address) => `nc -w 2 ${address} ${origin.port}`),
      ...ports.map((port) => `nc -w 2 127.0.0.1 ${port}`),
      ...['nc -w 2 10.0.2.2 80', 'nc -w 2 169.254.169.254 80', 'nc -w 2 1.1.1.1 443', 'ping -c 1 -W 1 1.1.1.1'],
    ]);
    const url = `http://127.0.0.1:${origin.port}/`;
    const { error } = await builds.runSteps(`ARG SCHEME=http\nADD $SCHEME${url.slice('http'.length)} /page`);
    const refused = `reading "${url}": Get "${url}": dial tcp 127.0.0.1:${origin.port}: connect: connection refused`;
    expect(error).toBe(
      `The build failed at line ${FIRST_STEP + 1}, ADD $SCHEME${url.slice('http'.length)} /page: ${refused}`,
    );
    expect(origin.connections).toEqual([]);
    await origin.close();
  });

  it('copies through links of earlier steps into its image only', async () => {
    const copies = ['/canary', '/work/canary', '/etc/linked/canary', '/usr/canary'];
    const steps = [
      'RUN mkdir -p /etc/linked /usr; ln -s / /up; ln -s ../../../../../.. /climbs; ln -s /etc/linked /folder',
      ...[
        'COPY canary /up/canary',
        'COPY canary /climbs/work/canary',
        'COPY canary /folder/',
        'WORKDIR /climbs/../usr',
      ],
      'COPY canary .',
      `RUN ls ${copies.join(' ')} | sort | sed "s/^/> /"`,
      `RUN for copy in ${copies.join(' ')}; do [ ! -e /proc/1/root$copy ] || echo "> $copy is outside"; done`,
    ].join('\n');
    const { status, error, said } = await builds.runSteps(steps, { canary: 'x' });
    expect({ status, error, said }).toEqual({ status: 'succeeded', error: null, said: copies.toSorted() });
  });

  it.each([
    ['COPY ../../etc/passwd /stolen', ESCAPE],
    ['COPY ../../../input/etc/group /stolen', 'copier: stat: "/input/etc/group": no such file or directory'],
    ['ADD ../../etc/passwd /stolen', ESCAPE],
    ['COPY --from=tools ../../../etc/passwd /stolen', 'no such file or directory'],
    ['RUN --network=host true', 'RUN only supports the --mount flag'],
    ['RUN --security=insecure true', 'RUN only supports the --mount flag'],
    ['RUN --mount=type=secret,id=x,required=true true', 'secret required but no secret with id x found'],
    ['RUN --mount=type=bind,source=../../etc,target=/m ls /m', 'exit code 1'],
    ['RUN --mount=type=cache,from=tools,source=../../../../../etc,target=/m ls /m/passwd', 'exit code 1'],
  ])('is not given what is outside of its image and its context: %s', async (step, reason) => {
    const { status, error } = await builds.runSteps(`FROM tools\n${step}`);
    const [before, after] = [`The build failed at line ${FIRST_STEP + 1}, ${step}: `, reason];
    expect({ status, begins: error?.slice(0, before.length), ends: error?.slice(-after.length) }).toEqual({
      status: 'failed',
      begins: before,
      ends: after,
    });
  });

  it.each(['oci:/storage', 'oci-archive:/input/x', 'dir:/work', 'containers-storage:localhost/base', '$BASE'])(
    'cannot begin with %s',
    async (base) => {
      const answer = await postBuild(builds.mallory, {
        dockerfile: `ARG BASE=dir:/work
FROM ${base}
`,
      });
      const name = base === '$BASE' ? 'dir:/work' : base;
      const problem = `Line 2: ${name} names no image: owner/name:tag, host/path:tag or name@sha256:…`;
      expect({ status: answer.status, body: answer.body }).toEqual({ status: 400, body: { dockerfile: [problem] } });
    },
  );

  it('may do all that is no harm', async () => {
    const steps = [
      'FROM tools',
      ...[
        'ENV WORD=said PATH=/bin',
        'LABEL a=b',
        'EXPOSE 80',
        'VOLUME /data',
        'STOPSIGNAL SIGINT',
        'HEALTHCHECK CMD true',
      ],
      ...['ONBUILD RUN false', 'WORKDIR /a/b', 'USER 1000:1001', 'RUN echo "> $(id -u) $(id -g) $(pwd) $WORD"'],
      ...['RUN touch /x 2>/dev/null || echo "> held"', 'USER 0', 'ENTRYPOINT ["/bin/sh"]', 'CMD ["-c", "true"]'],
      ...['RUN touch /data/kept && echo "> $(ls /data)"', 'SHELL ["/bin/sh", "-ec"]', 'RUN echo "> shell"'],
      ...['RUN --mount=type=cache,target=/c touch /c/cached && echo "> $(ls /c)"'],
      ...['RUN --mount=type=tmpfs,target=/t touch /t/held && echo "> $(ls /t)"'],
      ...['RUN --mount=type=bind,rw,target=/context echo "> $(cat /context/sent)"'],
      ...['RUN --mount=type=bind,target=/context echo "> $(cat /context/sent)"'],
      ...['RUN --mount=type=bind,from=tools,target=/tools echo "> $(ls /tools/bin/busybox)"'],
      ...['RUN chroot / true && chown 7:8 /a && mkfifo /fifo && echo "> $(stat -c %u:%g /a)"'],
    ].join('\n');
    const { status, error, said } = await builds.runSteps(steps, { sent: 'sent' });
    expect({ status, error, said }).toEqual({
      status: 'succeeded',
      error: null,
      said: [
        '1000 1001 /a/b said',
        'held',
        'kept',
        'shell',
        'cached',
        'held',
        'sent',
        'sent',
        '/tools/bin/busybox',
        '7:8',
      ],
    });
  });
});
