import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { Database } from '#ledger';
import { type Logger, loggerModule } from '#observability';
import { Access } from './access/access.js';
import { SessionController } from './access/session.controller.js';
import { HealthController } from './health.controller.js';
import { ErrorFilter } from './http/error.filter.js';
import { OverviewController } from './overview/overview.controller.js';
import { OverviewService } from './overview/overview.service.js';

export interface ConsoleParts {
  access: Access;
  db: Database;
  requestedTopic: string;
  log: Logger;
}

@Module({})
export class ConsoleModule {
  static with({ access, db, requestedTopic, log }: ConsoleParts): DynamicModule {
    return {
      module: ConsoleModule,
      imports: [loggerModule(log)],
      controllers: [HealthController, SessionController, OverviewController],
      providers: [
        { provide: Access, useValue: access },
        { provide: OverviewService, useValue: new OverviewService(db, requestedTopic) },
        { provide: APP_FILTER, useValue: new ErrorFilter(log) },
      ],
    };
  }
}
