import { withRabbitMq } from "../stats/rabbitmq.ts";

/** Times in milliseconds of pages of the management API's list of queues: first and last, by turns. */
export interface RabbitMqTimes {
  readonly byName: readonly number[];
  readonly byStatistics: readonly number[];
}

const warmUp = 2;

/** Debian's RabbitMQ with so many queues, asked for pages through its management API; undefined where it is not installed. */
export function rabbitMqListTimes(queues: number, pageRows: number, rounds: number): Promise<RabbitMqTimes | undefined> {
  // Prometheus too: its metrics say when all queues are there.
  return withRabbitMq(queues, ["rabbitmq_management", "rabbitmq_prometheus"], async ({ apiUrl, authorization }) => {
    const times = { byName: [] as number[], byStatistics: [] as number[] };
    for (let round = 0; round < rounds + warmUp; round += 1) {
      for (const [order, sort] of [["byName", "name"], ["byStatistics", "messages"]] as const) {
        const page = round % 2 === 0 ? 1 : Math.ceil(queues / pageRows);
        const startedAt = performance.now();
        const answer = await fetch(`${apiUrl}/queues?page=${page}&page_size=${pageRows}&sort=${sort}&sort_reverse=${order === "byStatistics"}`, { headers: { authorization } });
        const { items, total_count: total } = (await answer.json()) as { items?: unknown[]; total_count?: number };
        const ms = performance.now() - startedAt;
        if (!answer.ok || items?.length !== pageRows || total !== queues) throw new Error(`RabbitMQ answered ${answer.status} with ${items?.length} of ${total} queues.`);
        if (round >= warmUp) times[order].push(ms);
      }
    }
    return times;
  });
}
