import { Controller, Get } from '@nestjs/common';

/** `/health/live`: whether the process answers; the one address of the API that is open to everybody (contract 7). */
@Controller()
export class HealthController {
  @Get('health/live')
  live(): { status: 'live' } {
    return { status: 'live' };
  }
}
