import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { BatchContext, type BatchResult, type RecordBatch } from '#kafka';
import { IntakeService } from './intake.service.js';

/** Where the events come in: one call for each fetched stretch of a partition. */
@Controller()
export class IntakeController {
  constructor(private readonly intake: IntakeService) {}

  @EventPattern<string>('CustomerRequested')
  onCustomerRequested(@Payload() batch: RecordBatch, @Ctx() context: BatchContext): Promise<BatchResult> {
    return this.intake.take(batch, context);
  }
}
