/**
 * Java's partitioning (murmur2 of the key), remembered for each message of a send. kafkajs partitions anew on each
 * retry and, when a leader moved meanwhile, can leave out a partition or send it twice and still report success: so a
 * message keeps its partition, and a send counts only if each partition was acknowledged exactly once.
 */
import kafkajs, { type ICustomPartitioner, type Message, type RecordMetadata } from 'kafkajs';

export class StickyPartitions {
  private chosen = new Map<Message, number>();

  readonly createPartitioner: ICustomPartitioner = () => {
    const choose = kafkajs.Partitioners.DefaultPartitioner();
    return (args) => {
      const partition = this.chosen.get(args.message) ?? choose(args);
      this.chosen.set(args.message, partition);
      return partition;
    };
  };

  forget(): void {
    this.chosen = new Map();
  }

  /** Throws unless every partition written to since {@link forget} is in the answer exactly once. */
  verify(answer: readonly RecordMetadata[]): void {
    const expected = [...new Set(this.chosen.values())].sort((a, b) => a - b);
    const acknowledged = answer.map(({ partition }) => partition).sort((a, b) => a - b);
    if (expected.join() === acknowledged.join()) return;
    throw new Error(`Partitions written [${expected.join()}], acknowledged [${acknowledged.join()}]`);
  }
}
