import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** What Prometheus scrapes: the process, and every request by route. Routes, not paths: the number of series is bounded. */
@Injectable()
export class HttpMetrics {
  readonly registry = new Registry();

  private readonly seconds = new Histogram({
    name: 'diskyard_http_request_duration_seconds',
    help: 'Time from a request’s head to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  readonly middleware = (request: Request, response: Response, next: NextFunction): void => {
    const startedMs = performance.now();
    response.once('close', () => {
      const labels = { method: request.method, route: routeOf(request), status: String(response.statusCode) };
      this.seconds.observe(labels, (performance.now() - startedMs) / 1000);
    });
    next();
  };
}

/** Where no controller took the request, what is left is Nest's middleware, which is a route for every path. */
function routeOf({ route }: Request): string {
  const { path = 'none' } = (route ?? {}) as { readonly path?: string };
  return path.startsWith('{/*') ? 'none' : path;
}
