import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { DeadLetters, ReplayPlanner } from '#dead-letters';
import { type TopicNames, TopicReader } from '#kafka';
import { Database } from '#ledger';
import { type Logger, loggerModule } from '#observability';
import { checkRules } from '#partner-center';
import { Access } from './access/access.js';
import { SessionController } from './access/session.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { HealthController } from './health.controller.js';
import { ErrorFilter } from './http/error.filter.js';
import { OnboardingsController } from './onboardings/onboardings.controller.js';
import { OverviewController } from './overview/overview.controller.js';
import { OverviewService } from './overview/overview.service.js';
import { EditController } from './plans/edit.controller.js';
import { PlansController } from './plans/plans.controller.js';

export interface ConsoleParts {
  access: Access;
  db: Database;
  reader: TopicReader;
  topics: TopicNames;
  groupId: string;
  log: Logger;
}

@Module({})
export class ConsoleModule {
  static with({ access, log, ...parts }: ConsoleParts): DynamicModule {
    const deadLetters = new DeadLetters({ ...parts, log });
    const requestedTopic = parts.topics.requested;
    return {
      module: ConsoleModule,
      imports: [loggerModule(log)],
      controllers: [
        HealthController,
        SessionController,
        OverviewController,
        OnboardingsController,
        DeadLettersController,
        PlansController,
        EditController,
        AuditController,
      ],
      providers: [
        { provide: Access, useValue: access },
        { provide: Database, useValue: parts.db },
        { provide: DeadLetters, useValue: deadLetters },
        { provide: ReplayPlanner, useValue: new ReplayPlanner({ ...parts, log, checkRules }, deadLetters) },
        {
          provide: OverviewService,
          useValue: new OverviewService({ ...parts, deadLetters, requestedTopic }),
        },
        { provide: APP_FILTER, useValue: new ErrorFilter(log) },
      ],
    };
  }
}
