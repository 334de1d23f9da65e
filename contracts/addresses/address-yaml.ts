import type { CreateAddressFields } from "./address.ts";

/** The address as it stands in a file for "create many": YAML, in which every JSON string is a good string. */
export function addressYaml({ name, type, topic, planId, options }: CreateAddressFields): string {
  const set = Object.entries(options).filter(([, value]) => value !== null);
  const lines = [`- name: ${JSON.stringify(name)}`, `  type: ${type}`, ...(topic === "" ? [] : [`  topic: ${JSON.stringify(topic)}`]), `  planId: ${planId}`];
  if (set.length > 0) lines.push("  options:", ...set.map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`));
  return `${lines.join("\n")}\n`;
}
