import type { Admin, ITopicConfig } from 'kafkajs';
import { eventually } from './eventually.js';

/**
 * Makes a topic and waits until brokers know it and its leaders: they hear of it a moment after the controller says that it
 * is there. kafkajs waits for leaders only, and throws where a broker does not know the topic yet. `admin` is connected.
 */
export async function createTopic(admin: Admin, config: ITopicConfig): Promise<void> {
  const { topic } = config;
  await admin.createTopics({ topics: [config], waitForLeaders: false });
  await eventually(() => admin.fetchTopicMetadata({ topics: [topic] }), {
    what: `the topic ${topic}`,
    timeoutMs: 30_000,
  });
}
