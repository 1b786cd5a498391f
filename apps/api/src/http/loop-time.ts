import type { NextFunction, Request, Response } from 'express';
import { bringsBody } from './brings-body.js';

/** For how long after a request more are expected, in milliseconds. */
const QUIET_AFTER_MS = 25;

/** How long bodies stay away between turns, in milliseconds: that leaves the processors to whatever answers the requests. */
const REST_MS = 3;

/** A turn while hardly a request comes, in milliseconds: that is how much longer one may wait. */
const SHORTEST_TURN_MS = 0.5;

/** What a turn gets for every further request since the last, in milliseconds: several times what one costs. */
const MS_PER_REQUEST = 1;

const LONGEST_TURN_MS = 15;

/**
 * The event loop's time, shared between bodies and requests. Node would read on for as long as a fast sender keeps its
 * socket full, while requests wait. Instead, as long as requests come, bodies are read in turns: short ones where requests
 * are few, since a few should not wait; long ones where there are many, since no body should starve.
 */
export class LoopTime {
  private waiting: (() => void)[] = [];
  private lastRequestMs = -Infinity;
  private requests = 0;
  private turnMs = SHORTEST_TURN_MS;

  constructor(readonly nowMs: () => number = () => performance.now()) {}

  /** To be passed by every request. One that brings a body is no reason to read that body slowly. */
  readonly middleware = (request: Request, _response: Response, next: NextFunction): void => {
    if (!bringsBody(request)) this.requestCame();
    next();
  };

  requestCame(): void {
    this.lastRequestMs = this.nowMs();
    this.requests += 1;
  }

  /** Whether bodies have anybody to take turns with. */
  areRequestsComing(nowMs: number): boolean {
    return nowMs - this.lastRequestMs < QUIET_AFTER_MS;
  }

  /** Whether a body whose turn began at `beganMs` should let others in. */
  isOver(beganMs: number, nowMs: number): boolean {
    return nowMs - beganMs >= this.turnMs;
  }

  /** Calls `resume` when the next turn begins, which is one for all bodies that wait. */
  waitForTurn(resume: () => void): void {
    if (this.waiting.push(resume) === 1) setTimeout(this.startTurn, REST_MS);
  }

  private readonly startTurn = (): void => {
    const bodies = this.waiting;
    const askedMs = (this.requests - 1) * MS_PER_REQUEST;
    const togetherMs = Math.min(Math.max(askedMs, SHORTEST_TURN_MS), LONGEST_TURN_MS);
    this.turnMs = togetherMs / bodies.length;
    this.requests = 0;
    this.waiting = [];
    for (const resume of bodies) resume();
  };
}

/** This process has one event loop. */
export const LOOP_TIME = new LoopTime();

/** The turns of one body. */
export class BodyTurns {
  private beganMs: number | undefined;
  private over = false;

  /** `onTurn` is called when a turn begins after one that was over. */
  constructor(
    private readonly onTurn: () => void,
    private readonly loopTime = LOOP_TIME,
  ) {}

  /** Whether the body has to wait. */
  get isOver(): boolean {
    return this.over;
  }

  /** To be called for each chunk. */
  chunkCame(): void {
    const nowMs = this.loopTime.nowMs();
    if (!this.loopTime.areRequestsComing(nowMs)) return;
    if (this.beganMs === undefined) {
      this.beganMs = nowMs;
      this.loopTime.waitForTurn(this.onNextTurn);
    }
    this.over = this.loopTime.isOver(this.beganMs, nowMs);
  }

  private readonly onNextTurn = (): void => {
    const wasOver = this.over;
    this.beganMs = undefined;
    this.over = false;
    if (wasOver) this.onTurn();
  };
}
