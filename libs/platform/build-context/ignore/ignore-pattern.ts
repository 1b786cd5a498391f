/** What one place of a pattern stands for. `some` stays in a folder; `folders` is any number of them, `rest` is everything. */
type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'one' | 'some' | 'folders' | 'rest' }
  | { readonly kind: 'class'; readonly isNegated: boolean; readonly ranges: readonly (readonly [string, string])[] };

/** Why a pattern cannot be read. */
export class IgnorePatternError extends Error {
  override readonly name = 'IgnorePatternError';
}

/** The syntax of Go's `filepath.Match`, with Docker's `**`. @throws IgnorePatternError */
export function parsePattern(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  const characters = Array.from(pattern);
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at];
    if (character === '*' && characters[at + 1] === '*') {
      at += characters[at + 2] === '/' ? 2 : 1;
      tokens.push({ kind: at + 1 >= characters.length ? 'rest' : 'folders' });
    } else if (character === '*') tokens.push({ kind: 'some' });
    else if (character === '?') tokens.push({ kind: 'one' });
    else if (character === '[') {
      const end = endOfClass(characters, at);
      tokens.push(parseClass(characters.slice(at + 1, end)));
      at = end;
    } else {
      if (character === '\\') at += 1;
      tokens.push({ kind: 'text', text: next(characters, at) });
    }
  }
  return tokens;
}

function next(characters: readonly string[], at: number): string {
  const character = characters[at];
  if (character === undefined) throw new IgnorePatternError('it ends within what it begins');
  return character;
}

function endOfClass(characters: readonly string[], start: number): number {
  let at = characters[start + 1] === '^' ? start + 2 : start + 1;
  do at += next(characters, at) === '\\' ? 2 : 1;
  while (next(characters, at) !== ']');
  return at;
}

function parseClass(characters: readonly string[]): Token {
  const isNegated = characters[0] === '^';
  const ranges: [string, string][] = [];
  for (let at = isNegated ? 1 : 0; at < characters.length; at += 1) {
    if (characters[at] === '\\') at += 1;
    const first = next(characters, at);
    let last = first;
    if (characters[at + 1] === '-' && at + 2 < characters.length) {
      at += characters[at + 2] === '\\' ? 3 : 2;
      last = next(characters, at);
    }
    if (last < first) throw new IgnorePatternError(`its range ${first}-${last} is empty`);
    ranges.push([first, last]);
  }
  return { kind: 'class', isNegated, ranges };
}

/** Whether one character, which is no slash where that matters, is taken by the token at its place. */
function takes(token: Token, character: string): boolean {
  if (token.kind === 'text') return token.text === character;
  if (token.kind === 'one') return character !== '/';
  if (token.kind !== 'class' || character === '/') return false;
  return token.ranges.some(([first, last]) => first <= character && character <= last) !== token.isNegated;
}

/**
 * Matches whole paths. All ways through a pattern are followed at once, so the time is that of path times pattern, whatever
 * a stranger wrote: an expression that goes back and tries again would take years for some.
 */
export class IgnorePattern {
  /** How many states have been looked at since it was made: what matching costs. */
  steps = 0;

  private readonly tokens: readonly Token[];
  /** How many folders and names it is about, where that is always the same; they may stand anywhere if it is floating. */
  private readonly depth: number | undefined;
  private readonly isFloating: boolean;
  private states: number[] = [];
  private following: number[] = [];
  /** In which step each state was last reached. */
  private readonly reached: Float64Array;
  private step = 0;

  /** @throws IgnorePatternError */
  constructor(pattern: string) {
    const tokens = parsePattern(pattern);
    this.isFloating = tokens[0]?.kind === 'folders';
    const rest = this.isFloating ? tokens.slice(1) : tokens;
    const isFixed = rest.every(({ kind }) => kind !== 'folders' && kind !== 'rest');
    this.depth = isFixed ? rest.filter((token) => token.kind === 'text' && token.text === '/').length + 1 : undefined;
    this.tokens = isFixed ? rest : tokens;
    this.reached = new Float64Array(2 * (this.tokens.length + 1));
  }

  /** @param path below the root, without a slash at its ends */
  matches(path: string): boolean {
    const start = this.depth === undefined ? 0 : startOfLast(path, this.depth);
    if (start === undefined || (start > 0 && !this.isFloating)) return false;
    return this.matchesAll(path.slice(start));
  }

  private matchesAll(path: string): boolean {
    this.begin();
    this.reach(0);
    for (const character of path) {
      [this.states, this.following] = [this.following, this.states];
      if (this.states.length === 0) return false;
      this.begin();
      for (const state of this.states) this.advance(state, character);
      this.steps += this.states.length;
    }
    return this.reached[this.tokens.length] === this.step;
  }

  private begin(): void {
    this.step += 1;
    this.following.length = 0;
  }

  /** States up to the number of tokens stand before a token; those behind them are within the folders of one. */
  private advance(state: number, character: string): void {
    const { length } = this.tokens;
    const at = state > length ? state - length - 1 : state;
    const token = this.tokens[at];
    if (!token) return;
    if (token.kind === 'folders') {
      this.reach(at + length + 1);
      if (character === '/') this.reach(at + 1);
    } else if (token.kind === 'rest' || (token.kind === 'some' && character !== '/')) this.reach(at);
    else if (takes(token, character)) this.reach(at + 1);
  }

  private reach(first: number): void {
    for (let state = first; this.reached[state] !== this.step; state += 1) {
      this.reached[state] = this.step;
      this.following.push(state);
      const kind = this.tokens[state]?.kind;
      if (kind !== 'some' && kind !== 'rest' && kind !== 'folders') return;
    }
  }
}

/** Where the last so many parts of a path begin; undefined where it has fewer. */
function startOfLast(path: string, parts: number): number | undefined {
  let slash = path.length;
  for (let part = 1; part <= parts; part += 1) {
    if (slash === -1) return undefined;
    slash = path.lastIndexOf('/', slash - 1);
  }
  return slash + 1;
}
