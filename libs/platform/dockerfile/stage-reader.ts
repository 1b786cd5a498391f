import { declare, type DockerfileOptions, platformVariables } from './build-arguments.js';
import { reject } from './dockerfile-problem.js';
import { type Instruction, parseInstruction } from './instruction.js';
import {
  assertStageName,
  type DockerfileStage,
  findBase,
  findUse,
  type StageFetch,
  type StageSource,
} from './stages.js';
import { substitute } from './substitution.js';

const ALIASES: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64', 'arm64/v8': 'arm64' };

/** What ADD takes for one: http and https, in small letters. */
const URLS = /(?<![^\s"])https?:\/\/[^\s"]+/g;

interface Stage {
  readonly name: string | null;
  readonly uses: StageSource[];
  readonly fetches: StageFetch[];
}

const newStage = (name: string | null): Stage => ({ name, uses: [], fetches: [] });

/** Takes the instructions of a Dockerfile, one after the other. */
export class StageReader {
  private readonly found: DockerfileStage[] = [];
  /** What the stage at hand takes files from; it may be one that could not be read. */
  private current: Stage = newStage(null);
  private readonly variables = new Map<string, string | null>();
  private isBegun = false;

  constructor(
    private readonly options: DockerfileOptions,
    private readonly escape: string,
  ) {}

  get stages(): readonly DockerfileStage[] {
    return this.found;
  }

  get hasFrom(): boolean {
    return this.isBegun;
  }

  /** @throws InstructionError */
  take(text: string, line: number): void {
    const instruction = parseInstruction(text, this.escape);
    const { keyword, rest } = instruction;
    if (keyword === 'FROM') this.begin(instruction, line);
    else if (this.isBegun) this.use(instruction, line);
    else if (keyword === 'ARG') declare(this.variables, rest, this.options);
    else reject(`${keyword} stands before the first FROM`);
  }

  private begin({ flags, rest }: Instruction, line: number): void {
    this.isBegun = true;
    this.current = newStage(null);
    this.checkPlatform(flags);
    const [image = '', as, name = null, ...more] = rest.split(/[ \t]+/).filter((word) => word !== '');
    const isWhole = image !== '' && more.length === 0 && (as === undefined || (/^as$/i.test(as) && name !== null));
    if (!isWhole) reject('FROM takes an image, or an image AS a name');
    if (name !== null) assertStageName(name, this.found);
    const base = findBase(substitute(image, this.variables), line, this.found);
    this.current = newStage(name);
    this.found.push({ index: this.found.length, line, base, ...this.current });
  }

  private checkPlatform(flags: readonly string[]): void {
    const { architecture } = this.options;
    for (const flag of flags) {
      const platform = /^--platform=(.+)$/.exec(flag)?.[1];
      if (platform === undefined) reject(`FROM ${flag}: only --platform is known`);
      const known = new Map([...this.variables, ...platformVariables(this.options)]);
      const [, asked = ''] = /^(?:linux\/)?(.*)$/.exec(substitute(platform, known).toLowerCase()) ?? [];
      if ((ALIASES[asked] ?? asked) !== architecture) {
        reject(`FROM ${flag}, but this is built for linux/${architecture}`);
      }
    }
  }

  private use(instruction: Instruction, line: number): void {
    const { keyword, flags, rest } = instruction;
    if (keyword === 'ONBUILD') {
      this.use(this.parseTrigger(rest), line);
      return;
    }
    if (keyword === 'ADD') this.current.fetches.push(...Array.from(rest.matchAll(URLS), ([url]) => ({ line, url })));
    const earlier = this.found.filter(({ uses }) => uses !== this.current.uses);
    for (const name of flags.flatMap((flag) => fromsOf(keyword, flag))) {
      this.current.uses.push(findUse(name, line, earlier, this.current.name));
    }
  }

  /** What an ONBUILD leaves to those who build on this. */
  private parseTrigger(text: string): Instruction {
    const trigger = parseInstruction(text, this.escape);
    if (['FROM', 'ONBUILD', 'MAINTAINER'].includes(trigger.keyword)) reject(`ONBUILD takes no ${trigger.keyword}`);
    return trigger;
  }
}

/** What a flag takes files from. */
function fromsOf(keyword: string, flag: string): string[] {
  if (keyword !== 'RUN') return /^--from=/i.test(flag) ? [flag.slice('--from='.length)] : [];
  if (!/^--mount=/i.test(flag)) return [];
  const options = flag.slice('--mount='.length).split(',');
  return options.filter((option) => /^from=/i.test(option)).map((option) => option.slice('from='.length));
}
