import { type Activity, type Database, type Overview, readActivity, readOverview } from '#ledger';

export interface OverviewDocument extends Overview {
  series: Activity;
}

export class OverviewService {
  constructor(
    private readonly db: Database,
    private readonly requestedTopic: string,
  ) {}

  async read(minutes: number): Promise<OverviewDocument> {
    const [overview, series] = await Promise.all([
      readOverview(this.db, this.requestedTopic),
      readActivity(this.db, minutes),
    ]);
    return { ...overview, series };
  }
}
