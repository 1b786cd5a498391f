import type { Server } from 'node:http';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from 'nestjs-pino';
import type { DestinationStream } from 'pino';
import type { Config } from '#platform/config';
import type { BlobStore } from '#platform/storage';
import { ApiModule } from './api.module.js';
import { ChutesDescription } from './dialects/chutes/description/chutes-description.js';
import { describeChutesApi } from './dialects/chutes/description/describe-chutes-api.js';
import { routeChutesClients } from './dialects/chutes/chutes.routing.js';
import { describeNativeApi } from './dialects/native/description/describe-native-api.js';
import { NativeDescription } from './dialects/native/description/native-description.js';
import { auditOriginMiddleware } from './http/audit-origin.middleware.js';
import { leaveContinueToReaders } from './http/expect-continue.js';
import { Drain } from './http/drain.js';
import { HttpMetrics } from './http/http-metrics.js';
import { JsonAdapter } from './http/json-adapter.js';
import { jsonBodies } from './http/json-bodies.js';
import { LOOP_TIME } from './http/loop-time.js';
import { requireReadableUrl } from './http/readable-url.js';
import { RequestLog } from './http/request-log.js';
import { securityHeaders } from './http/security-headers.js';
import { cutUnreadBodies } from './http/unread-body.js';

/** The api as an application that is ready to listen. `config` names a migrated database; logs go to standard error. */
export async function createApi(
  config: Config,
  store: BlobStore,
  logTo?: DestinationStream,
): Promise<NestExpressApplication> {
  const log = new RequestLog(config, logTo);
  const app = await NestFactory.create<NestExpressApplication>(
    ApiModule.forRoot(config, store, log),
    new JsonAdapter(),
    {
      bodyParser: false,
      bufferLogs: true,
      abortOnError: false,
    },
  );
  app.useLogger(app.get(Logger));
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.set('trust proxy', config.trustProxy ? 1 : false);
  const [metrics, drain] = [app.get(HttpMetrics), app.get(Drain)];
  app.use(log.middleware, metrics.middleware, drain.middleware, LOOP_TIME.middleware, cutUnreadBodies);
  app.use(securityHeaders(), routeChutesClients);
  app.use(requireReadableUrl, jsonBodies(config.idleTimeoutMs), auditOriginMiddleware);
  app.get(NativeDescription, { strict: false }).publish(describeNativeApi(app));
  app.get(ChutesDescription, { strict: false }).publish(describeChutesApi(app));
  configureServer(app.getHttpServer());
  drain.watch(app.getHttpServer());
  return app;
}

/** A transfer may last for hours: what ends a connection is silence, which whoever reads or writes a body watches for. */
function configureServer(server: Server): void {
  server.requestTimeout = 0;
  server.headersTimeout = 30_000;
  server.keepAliveTimeout = 75_000; // longer than the usual proxy in front keeps one, so that it is the proxy that closes
  leaveContinueToReaders(server);
}
