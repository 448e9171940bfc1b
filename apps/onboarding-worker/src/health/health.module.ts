import { Controller, type DynamicModule, Get, HttpStatus, Module, Res } from '@nestjs/common';
import { type Logger, Metrics, loggerModule } from '#observability';
import type { ServerResponse } from 'node:http';
import { Health } from './health.js';

/** `/health/live`, `/health/ready` and `/metrics` (contract 7). */
@Controller()
class HealthController {
  constructor(
    private readonly health: Health,
    private readonly metrics: Metrics,
  ) {}

  @Get('health/live')
  live(@Res() response: ServerResponse): void {
    const isLive = this.health.isLive();
    send(response, isLive ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE, { status: isLive ? 'live' : 'stuck' });
  }

  @Get('health/ready')
  async ready(@Res() response: ServerResponse): Promise<void> {
    const readiness = await this.health.readiness();
    send(response, readiness.status === 'unready' ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.OK, readiness);
  }

  @Get('metrics')
  async scrape(@Res() response: ServerResponse): Promise<void> {
    const overview = await this.health.readOverview();
    if (overview) {
      this.metrics.pending.set(overview.pending);
      this.metrics.held.set(overview.held);
      this.metrics.oldestPendingSeconds.set(overview.oldestPendingSeconds);
      this.metrics.outboxUnsent.set(overview.outboxUnsent);
      this.metrics.outboxBlocked.set(overview.outboxBlocked);
    }
    this.metrics.paused.set(this.health.isPaused() ? 1 : 0);
    response.setHeader('content-type', this.metrics.contentType);
    response.end(await this.metrics.text());
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  response.end(JSON.stringify(body));
}

@Module({})
export class HealthModule {
  static with(parts: { health: Health; metrics: Metrics; log: Logger }): DynamicModule {
    return {
      module: HealthModule,
      imports: [loggerModule(parts.log)],
      controllers: [HealthController],
      providers: [
        { provide: Health, useValue: parts.health },
        { provide: Metrics, useValue: parts.metrics },
      ],
    };
  }
}
