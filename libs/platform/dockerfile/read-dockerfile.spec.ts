import { type DockerfileReading, readDockerfile } from './index.js';

const read = (text: string, buildArgs = {}): DockerfileReading =>
  readDockerfile(text, { architecture: 'amd64', buildArgs });

/** Stages in short: what each is from, and what it takes files from. */
function sourcesOf(text: string, buildArgs = {}): string[] {
  const { stages, problems } = read(text, buildArgs);
  expect(problems).toEqual([]);
  return stages.map(({ base, uses }) =>
    [base, ...uses]
      .map((one) => (one.kind === 'image' ? one.image.text : one.kind === 'stage' ? one.index : one.kind))
      .join(' '),
  );
}

describe('reading a Dockerfile', () => {
  it('finds stages, what they are from, and what they take files from', () => {
    const text = `# syntax=docker/dockerfile:1
ARG VERSION=12
FROM registry.example:5000/debian:\${VERSION} AS build
RUN --mount=type=bind,from=owner/tools:1,target=/tools make

from build
  # a comment
COPY --chown=0 --from=build /a \\
  # within
  /b
COPY --from=0 ["a", "b"]
ONBUILD COPY --from=owner/ns/late:2 /c /d
ADD --chown=0 https://example.com/a?b=c file http://example.com/d \\
  /e/
ADD ["https://example.com/f", "/g"]
ADD $URL/h xhttps://i /j
FROM scratch`;
    expect(read(text)).toEqual({
      problems: [],
      stages: [
        {
          index: 0,
          name: 'build',
          line: 3,
          base: {
            kind: 'image',
            line: 3,
            image: {
              text: 'registry.example:5000/debian:12',
              host: 'registry.example:5000',
              path: 'debian',
              tag: '12',
              digest: null,
            },
          },
          uses: [
            {
              kind: 'image',
              line: 4,
              image: { text: 'owner/tools:1', host: null, path: 'owner/tools', tag: '1', digest: null },
            },
          ],
          fetches: [],
        },
        {
          index: 1,
          name: null,
          line: 6,
          base: { kind: 'stage', line: 6, index: 0 },
          uses: [
            { kind: 'stage', line: 8, index: 0 },
            { kind: 'stage', line: 11, index: 0 },
            {
              kind: 'image',
              line: 12,
              image: { text: 'owner/ns/late:2', host: null, path: 'owner/ns/late', tag: '2', digest: null },
            },
          ],
          fetches: [
            { line: 13, url: 'https://example.com/a?b=c' },
            { line: 13, url: 'http://example.com/d' },
            { line: 15, url: 'https://example.com/f' },
          ],
        },
        { index: 2, name: null, line: 17, base: { kind: 'scratch', line: 17 }, uses: [], fetches: [] },
      ],
    });
  });

  it.each([
    ['defaults', 'ARG A=x\nFROM $A-${A}:1', {}, 'x-x:1'],
    ['defaults in quotes', `ARG A="x" B='y'\nFROM $A$B`, {}, 'xy'],
    ['defaults of defaults', 'ARG A=x\nARG B=${A}/y\nFROM $B', {}, 'x/y'],
    ['arguments of the build', 'ARG A=x\nARG B\nFROM $A/$B', { A: 'given', B: 'too', constructor: 'no' }, 'given/too'],
    ['words for what has a value or none', 'ARG A=a N\nFROM ${N:-x}${O:-y}${A:+z}${N:+no}${A:-no}', {}, 'xyza'],
    ['the architecture', 'ARG TARGETARCH TARGETOS\nFROM x:$TARGETOS-$TARGETARCH', { TARGETOS: 'no' }, 'x:linux-amd64'],
  ])('puts in %s', (_, text, buildArgs, expected) => {
    expect(sourcesOf(text, buildArgs)).toEqual([expected]);
  });

  it.each([
    [
      'a directive, with backslashes as text',
      '# escape=`\nFROM scratch\nRUN dir c:\\\nCOPY `\n --from=x/y a b',
      ['scratch x/y'],
    ],
    ['an empty line within an instruction', 'FROM scratch\nCOPY \\\n\n  --from=x/y a b', ['scratch x/y']],
    ['blanks behind the end of a line', 'FROM \\ \t\n scratch', ['scratch']],
    [
      'Windows’ line ends and a mark of the byte order',
      '\uFEFFFROM scratch \\\r\n  AS a\r\nFROM a\r\n',
      ['scratch', '0'],
    ],
    ['an end within an instruction', 'FROM scratch \\', ['scratch']],
    ['a shift and a here-string', 'FROM scratch\nRUN echo $((1 << 2)) && cat <<< word && ["<<EOF"]', ['scratch']],
    ['a here-document that is an argument', 'FROM scratch\nRUN ["cat", "<<EOF"]\nLABEL a=<<EOF', ['scratch']],
    ['flags of the program', 'FROM scratch\nRUN make --from=x/y\nENTRYPOINT --from=x/y', ['scratch']],
    [
      'its own platform',
      'FROM --platform=linux/amd64 scratch\nFROM --platform=$BUILDPLATFORM scratch\nFROM --platform=x86_64 scratch',
      ['scratch', 'scratch', 'scratch'],
    ],
    [
      'several mounts',
      'FROM scratch\nRUN --mount=type=cache,target=/c --mount=from=x/y,from=z true',
      ['scratch x/y z'],
    ],
  ])('takes %s', (_, text, expected) => {
    expect(sourcesOf(text)).toEqual(expected);
  });

  it.each([
    ['', 0, 'the Dockerfile is empty'],
    [' \n\t\n', 0, 'the Dockerfile is empty'],
    ['# nothing', 0, 'the Dockerfile has no FROM'],
    ['ARG A=1', 0, 'the Dockerfile has no FROM'],
    [`FROM scratch\n#${'x'.repeat(2 ** 20)}`, 0, 'the Dockerfile is larger than 1048576 bytes'],
    [`FROM scratch\n#${'x'.repeat(65_535)}`, 2, 'is longer than 65535 bytes'],
    ['FROM scratch\nRUN a\0b', 2, 'has a NUL byte'],
    ['FROM scratch\nRUN a \\\n\u00a0# b\nFROM x', 3, 'begins with an invisible character that is no blank'],
    ['FROM scratch\rFROM x', 1, 'has a carriage return before its end'],
    ['RUN x\nFROM scratch', 1, 'RUN stands before the first FROM'],
    ['FROM', 1, 'FROM takes an image, or an image AS a name'],
    ['FROM scratch # base', 1, 'FROM takes an image, or an image AS a name'],
    ['FROM scratch AS', 1, 'FROM takes an image, or an image AS a name'],
    ['FROM scratch AS 1st', 1, '1st cannot name a stage'],
    ['FROM scratch AS Scratch', 1, 'scratch cannot name a stage'],
    ['FROM scratch AS a\nFROM scratch AS A', 2, 'there is a stage A before this one'],
    ['FROM scratch AS Base\nFROM base', 2, 'base differs from the stage Base in case alone'],
    ['FROM $A', 1, 'A is not set: declare it by ARG before the first FROM'],
    ['ARG A\nFROM ${A}', 2, 'A has no value: give its ARG a default, or the build an argument'],
    ['FROM scratch\nARG A=x\nFROM $A', 3, 'A is not set: declare it by ARG before the first FROM'],
    ['ARG A=x\nFROM ${A#x}', 2, '${A#x}: only $NAME, ${NAME}, ${NAME:-default} and ${NAME:+instead} are known'],
    ['FROM "scratch"', 1, '"scratch": write it without quotes and escapes'],
    ['ARG A=1\nARG A=2\nFROM x$A', 2, 'ARG A stands twice before the first FROM'],
    ['ARG TARGETARCH=arm64\nFROM scratch', 1, 'ARG TARGETARCH is set by the server: declare it without a default'],
    ['ARG\nFROM scratch', 1, 'ARG takes a name, or name=default'],
    ['ARG 1=2\nFROM scratch', 1, 'ARG 1=2: takes a name, or name=default'],
    ['FROM dir:/etc', 1, 'dir:/etc names no image: owner/name:tag, host/path:tag or name@sha256:…'],
    ['FROM oci:files', 1, 'oci:files names no image: owner/name:tag, host/path:tag or name@sha256:…'],
    ['FROM 0c82f14fb95f', 1, '0c82f14fb95f names no image: owner/name:tag, host/path:tag or name@sha256:…'],
    ['FROM --platform=linux/arm64 scratch', 1, 'FROM --platform=linux/arm64, but this is built for linux/amd64'],
    ['FROM --pull=always scratch', 1, 'FROM --pull=always: only --platform is known'],
    ['FROM scratch\nBOGUS x', 2, 'unknown instruction "BOGUS"'],
    [
      'FROM scratch\nRUN <<EOF\n',
      2,
      'here-documents (<<EOF) cannot be built; put the text into a file of the context, or use printf',
    ],
    [
      'FROM scratch\nRUN cat <<-"EOF" >x\n',
      2,
      'here-documents (<<EOF) cannot be built; put the text into a file of the context, or use printf',
    ],
    [
      'FROM scratch\nCOPY --chown=1 <<E /x',
      2,
      'here-documents (<<EOF) cannot be built; put the text into a file of the context, or use printf',
    ],
    [
      'ARG V=x\nFROM scratch\nCOPY --from=$V a b',
      3,
      '$V: --from takes no variables; name a stage, and let its FROM have the variable',
    ],
    ['FROM scratch AS a\nCOPY --from=a b c', 2, 'stage a cannot take files from itself'],
    ['FROM scratch\nCOPY --from=0 b c', 2, 'there is no stage 0 before this one'],
    ['FROM scratch\nCOPY --from=scratch b c', 2, 'there is nothing to take from scratch'],
    ['FROM scratch\nCOPY --from= b c', 2, '(nothing) names no image: owner/name:tag, host/path:tag or name@sha256:…'],
    ['FROM scratch\nCOPY --from="x/y" b c', 2, 'COPY --from="x/y": write flags in ASCII, without quotes and escapes'],
    [
      'FROM scratch\nCOPY --chown=1\v--from=x b c',
      2,
      'COPY --chown=1\v--from=x: write flags in ASCII, without quotes and escapes',
    ],
    ['FROM scratch\nCOPY --chown=1 \u0085--from=x b c', 2, 'COPY has an invisible character that is no blank'],
    ['FROM scratch\nONBUILD FROM x', 2, 'ONBUILD takes no FROM'],
    ['# syntax=x\n# escape=`\nFROM scratch', 1, 'line 2: "# escape=" counts in the first line alone; move it there'],
    ['# escape=x\nFROM scratch', 1, 'line 1: "# escape=" takes \\ or `'],
  ])('says what is wrong with %j', (text, line, problem) => {
    expect(read(text).problems).toContainEqual({ line, problem });
  });

  it('tells all problems, and the stages it could read', () => {
    const { stages, problems } = read('FROM scratch AS a\nNO\nFROM $X\nCOPY --from=a b c\nFROM a\nRUN <<E');
    expect(problems.map(({ line }) => line)).toEqual([2, 3, 6]);
    expect(stages.map(({ line }) => line)).toEqual([1, 5]);
  });

  it('sees the FROM in what others take for the text of a here-document', () => {
    const { stages } = read('FROM scratch\nRUN cat <<EOF\nFROM hidden/image\nEOF');
    expect(stages[1]?.base).toMatchObject({ kind: 'image', image: { text: 'hidden/image' } });
  });
});
