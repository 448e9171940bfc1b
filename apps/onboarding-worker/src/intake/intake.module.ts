import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { BatchErrorFilter } from '#kafka';
import { type Logger, loggerModule } from '#observability';
import { IntakeController } from './intake.controller.js';
import { IntakeService } from './intake.service.js';

@Module({})
export class IntakeModule {
  static with(parts: { intake: IntakeService; log: Logger }): DynamicModule {
    return {
      module: IntakeModule,
      imports: [loggerModule(parts.log)],
      controllers: [IntakeController],
      providers: [
        { provide: IntakeService, useValue: parts.intake },
        { provide: APP_FILTER, useClass: BatchErrorFilter },
      ],
    };
  }
}
