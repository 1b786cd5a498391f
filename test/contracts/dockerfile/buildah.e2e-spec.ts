import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDockerfile } from '#platform/dockerfile';

/** What is read of a Dockerfile decides about rights: it must be what the builder then asks for. None of the images exists. */
const DOCKERFILES = {
  'a plain name': 'FROM none/plain:1',
  'a host with a port': 'FROM localhost:9/none/host:1',
  'a default': 'ARG A=none/x\nFROM $A:2',
  'a default in double quotes': 'ARG A="none/x"\nFROM ${A}',
  'a default in single quotes': "ARG A='none/x'\nFROM ${A}",
  'a default of a default': 'ARG A=x\nARG B=none/${A}y\nFROM ${B}',
  'two arguments in a line': 'ARG A=x B=y\nFROM none/$A-$B',
  'a word for no value': 'ARG A\nFROM none/${A:-x}${B:-y}${A:+z}',
  'an argument of the build': 'ARG G=default\nFROM none/$G',
  'the architecture': 'ARG TARGETARCH\nFROM none/x:$TARGETARCH',
  'a continued line': 'FROM \\\n  none/x \\\n# note\n\n  AS a',
  'a comment that seems to go on': '# note \\\nFROM none/x',
  'another escape': '# escape=`\nFROM `\nnone/x',
  'what looks like an escape behind a comment': '# note\n# escape=`\nFROM none/x\nRUN c`\nx',
  'small letters': 'from none/x as y',
  'a second stage': 'FROM scratch AS a\nFROM none/second\nCOPY --from=a x y',
  'the text of a here-document': 'FROM scratch\nRUN cat <<EOF\nFROM none/hidden\nEOF',
  'a line of commands within quotes': 'FROM scratch\nRUN echo "\nFROM none/quoted\n"',
  'files of an image': 'FROM scratch\nCOPY --chown=1 --from=none/files:1 x y',
  'files of an image for a command': 'FROM scratch\nRUN --mount=type=bind,from=none/mount,target=/m true',
} as const;

const GIVEN = { G: 'given' };

describe('buildah', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'buildah-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What it says when it may not fetch anything. */
  async function build(dockerfile: string): Promise<string> {
    const path = join(folder, 'Dockerfile');
    await writeFile(path, dockerfile);
    const storage = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
    const args = ['build', '--isolation', 'chroot', '--pull-never', '--build-arg', `G=${GIVEN.G}`, '-f', path, folder];
    return new Promise((resolve) => {
      execFile('buildah', [...storage, ...args], (_, stdout, stderr) => resolve(stdout + stderr));
    });
  }

  it.each(Object.entries(DOCKERFILES))('asks for the image that was read: %s', async (_, dockerfile) => {
    const { stages } = readDockerfile(dockerfile, { architecture: architecture(), buildArgs: GIVEN });
    const sources = stages.flatMap(({ base, uses }) => [base, ...uses]);
    const images = sources.flatMap((source) => (source.kind === 'image' ? [source.image.text] : []));
    const said = await build(dockerfile);
    const missing = /(?:container: |--from=| from=)(\S*none\/\S+): (?:image not known|no stage or image found)/.exec(
      said,
    )?.[1];
    expect({ said, images: [missing] }).toEqual({ said, images });
  });
});

function architecture(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}
