/** Input of `addresses.list` for the first subscriptions of a topic, as its page and its deletion show them. */
export function subscriptionsOf(topic: string) {
  return { topic, limit: 10 };
}
