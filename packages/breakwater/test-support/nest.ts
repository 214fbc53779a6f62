import "reflect-metadata";
import type { RequestListener } from "node:http";
import {
  All,
  type CanActivate,
  Controller,
  type ExceptionFilter,
  HttpCode,
  type INestApplication,
  type Provider,
  Req,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { AbstractHttpAdapter } from "@nestjs/core/adapters/http-adapter.js";

export interface NestParts {
  readonly adapter?: AbstractHttpAdapter;
  readonly guards?: readonly CanActivate[];
  readonly filters?: readonly ExceptionFilter[];
  readonly providers?: Provider[];
}

/** A NestJS application whose one route answers with what the handler returns. */
export async function nestApp(
  handler: (request: never) => unknown,
  { adapter, guards = [], filters = [], providers = [] }: NestParts,
): Promise<INestApplication> {
  class Route {
    handle(request: never): unknown {
      return handler(request);
    }
  }
  class App {}
  // What decorators do, called as the functions that they are: Node runs this file as it stands.
  const { prototype } = Route;
  const handle = Object.getOwnPropertyDescriptor(prototype, "handle") as PropertyDescriptor;
  Req()(prototype, "handle", 0);
  All()(prototype, "handle", handle);
  HttpCode(200)(prototype, "handle", handle);
  Controller()(Route);
  const module = { module: App, controllers: [Route], providers };
  const settings = { logger: false } as const;
  const app = await (adapter === undefined
    ? NestFactory.create(module, settings)
    : NestFactory.create(module, adapter, settings));
  app.useGlobalGuards(...guards);
  app.useGlobalFilters(...filters);
  await app.init();
  return app;
}

/** What answers requests of an application on Express. */
export function listenerOf(app: INestApplication): RequestListener {
  return app.getHttpAdapter().getInstance() as RequestListener;
}
