/**
 * One metric in the text format of Prometheus (exposition format 0.0.4).
 * @param samples each with its labels, if any, and its value: `{gateway="main"} 2` or ` 2`
 */
export function metric(name: string, type: "counter" | "gauge" | "histogram", help: string, samples: readonly string[]): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples.map((sample) => `${name}${sample}`)];
}

/** Content type of an answer in that format. */
export const metricsContentType = "text/plain; version=0.0.4; charset=utf-8";
