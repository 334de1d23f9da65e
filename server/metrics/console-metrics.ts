import { metric } from "#contracts/prometheus.ts";

/** Upper bounds of the histogram's buckets, in seconds. */
const bucketSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;

interface Durations {
  readonly buckets: number[];
  count: number;
  sumSeconds: number;
}

/** What the console holds at the moment. */
export interface ConsoleGauges {
  readonly streams: number;
  readonly database: { readonly total: number; readonly idle: number; readonly waiting: number };
}

/** Counts the calls that this console has answered since its start; bounded by the procedures there are and the codes of errors. */
export class ConsoleMetrics {
  readonly #calls = new Map<string, number>();
  readonly #durations: Readonly<Record<"query" | "mutation", Durations>> = { query: newDurations(), mutation: newDurations() };

  /**
   * @param procedure a path of the router, never a caller's words
   * @param outcome `ok` or the code of the error that left
   * @param seconds until the answer; for a subscription, which is not counted among them, until its stream began
   */
  record(procedure: string, type: "query" | "mutation" | "subscription", outcome: string, seconds: number): void {
    const key = `{procedure="${procedure}",outcome="${outcome}"}`;
    this.#calls.set(key, (this.#calls.get(key) ?? 0) + 1);
    if (type === "subscription") return;
    const durations = this.#durations[type];
    durations.count += 1;
    durations.sumSeconds += seconds;
    for (const [index, bound] of bucketSeconds.entries()) if (seconds <= bound) durations.buckets[index]! += 1;
  }

  /** In the text format of Prometheus. */
  text({ streams, database }: ConsoleGauges): string {
    return [
      ...metric("postroom_console_calls_total", "counter", "Calls of the API by procedure and outcome.", [...this.#calls].map(([labels, count]) => `${labels} ${count}`)),
      ...metric("postroom_console_call_duration_seconds", "histogram", "How long queries and mutations took, from the call to its answer.", Object.entries(this.#durations).flatMap(([type, durations]) => histogram(type, durations))),
      ...metric("postroom_console_streams", "gauge", "Open pages that are told of changes.", [` ${streams}`]),
      ...metric("postroom_console_database_connections", "gauge", "Connections to Postgres by what they do.", [`{state="idle"} ${database.idle}`, `{state="busy"} ${database.total - database.idle}`]),
      ...metric("postroom_console_database_waiting", "gauge", "Calls that wait for a connection to Postgres.", [` ${database.waiting}`]),
      ...metric("process_resident_memory_bytes", "gauge", "Resident memory of the console.", [` ${process.memoryUsage.rss()}`]),
      "",
    ].join("\n");
  }
}

function newDurations(): Durations {
  return { buckets: bucketSeconds.map(() => 0), count: 0, sumSeconds: 0 };
}

function histogram(type: string, { buckets, count, sumSeconds }: Durations): string[] {
  return [
    ...buckets.map((value, index) => `_bucket{type="${type}",le="${bucketSeconds[index]}"} ${value}`),
    `_bucket{type="${type}",le="+Inf"} ${count}`,
    `_sum{type="${type}"} ${sumSeconds}`,
    `_count{type="${type}"} ${count}`,
  ];
}
