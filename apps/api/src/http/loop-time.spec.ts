import { BodyTurns, LoopTime } from './loop-time.js';

describe('LoopTime', () => {
  let nowMs: number;
  let loopTime: LoopTime;

  beforeEach(() => {
    nowMs = 1_000;
    loopTime = new LoopTime(() => nowMs);
  });

  /** How long a body may be read in one turn, at most a second. */
  function turnMs(turns: BodyTurns): number {
    const beganMs = nowMs;
    do {
      turns.chunkCame();
      if (!turns.isOver) nowMs += 0.125;
    } while (!turns.isOver && nowMs < beganMs + 1_000);
    return nowMs - beganMs;
  }

  /** Bodies that have had a turn, and the next turn of all of them. */
  async function nextTurn(count: number, requests: number): Promise<BodyTurns[]> {
    const bodies: BodyTurns[] = [];
    loopTime.requestCame();
    const begun = Array.from(
      { length: count },
      () => new Promise<void>((resolve) => bodies.push(new BodyTurns(resolve, loopTime))),
    );
    for (const body of bodies) turnMs(body);
    for (let came = 1; came < requests; came += 1) loopTime.requestCame();
    await Promise.all(begun);
    return bodies;
  }

  it('lets a body be read without end while no request comes', () => {
    expect(turnMs(new BodyTurns(() => undefined, loopTime))).toBe(1_000);
  });

  it('ends the turn soon after a request came, and calls when the next begins', async () => {
    const [body] = (await nextTurn(1, 1)) as [BodyTurns];
    expect(body.isOver).toBe(false);
    expect(turnMs(body)).toBe(0.5);
  });

  it('stops taking turns when no request has come for a while', async () => {
    const [body] = (await nextTurn(1, 1)) as [BodyTurns];
    nowMs += 25;
    expect(turnMs(body)).toBe(1_000);
  });

  it.each([
    { requests: 1, ms: 0.5 },
    { requests: 4, ms: 3 },
    { requests: 100, ms: 15 },
  ])('gives $ms ms after $requests requests, so that no body starves', async ({ requests, ms }) => {
    const [body] = (await nextTurn(1, requests)) as [BodyTurns];
    expect(turnMs(body)).toBe(ms);
  });

  it('shares one turn among all bodies', async () => {
    const [one, other] = (await nextTurn(2, 5)) as [BodyTurns, BodyTurns];
    expect(turnMs(one)).toBe(2);
    expect(turnMs(other)).toBe(2);
  });
});
