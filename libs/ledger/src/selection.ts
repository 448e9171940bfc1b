/** Which dead letters are meant (contract 8): what is given is and-ed, `ids` are or-ed; nothing given is all of them. */
export interface Selection {
  all?: true;
  /** Fingerprint. */
  group?: string;
  code?: string;
  reason?: string;
  /** Of `dead-letter-failed-at`: since is inclusive, until exclusive. */
  since?: Date;
  until?: Date;
  correlationId?: string;
  ids?: { partition: number; offset: bigint }[];
}

/** The condition on rows of dead_letter, without alias; its parameters are added to `values`. For this folder. */
export function whereSelected(selection: Selection, values: unknown[]): string {
  const { group, code, reason, since, until, correlationId, ids } = selection;
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const conditions = ['true'];
  if (group !== undefined) conditions.push(`fingerprint = ${parameter(group)}`);
  if (code !== undefined) conditions.push(`code = ${parameter(code)}`);
  if (reason !== undefined) conditions.push(`reason = ${parameter(reason)}`);
  if (since) conditions.push(`failed_at >= ${parameter(since)}`);
  if (until) conditions.push(`failed_at < ${parameter(until)}`);
  if (correlationId !== undefined) conditions.push(`correlation_id = ${parameter(correlationId)}`);
  if (ids) {
    const partitions = parameter(ids.map(({ partition }) => partition));
    const offsets = parameter(ids.map(({ offset }) => offset.toString()));
    conditions.push(`(partition, record_offset) IN (SELECT * FROM unnest(${partitions}::int[], ${offsets}::bigint[]))`);
  }
  return conditions.join(' AND ');
}
