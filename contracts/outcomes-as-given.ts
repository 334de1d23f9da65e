import type { Session } from "rhea";

interface Settled {
  readonly state: { readonly descriptor: { readonly value: number } } | undefined;
}

/** What rhea's sessions keep of deliveries that came and are settled but not yet told of. */
interface Incoming {
  updated: Settled[];
  process(session: Session): void;
}

const accepted = 0x24;

function canShareRange(one: Settled, next: Settled): boolean {
  return one.state?.descriptor.value === accepted && next.state?.descriptor.value === accepted;
}

/**
 * Tells the peer of each delivery the outcome that it was given. rhea 3.0.5 tells of all that a session settles in one turn
 * together and takes the second of two neighbours for what the first one is, so that `accept` of one and `release` of the next
 * goes out as two accepted, and the message is lost (`write_dispositions` in its `session.js`).
 *
 * @param session whose receivers settle with different outcomes
 */
export function tellOutcomesAsGiven(session: Session): void {
  const { incoming } = session as unknown as { incoming: Incoming };
  const process = incoming.process.bind(incoming);
  incoming.process = () => {
    const all = incoming.updated;
    let from = 0;
    for (let to = 1; to < all.length; to += 1) {
      if (canShareRange(all[to - 1]!, all[to]!)) continue;
      incoming.updated = all.slice(from, to);
      process(session);
      from = to;
    }
    incoming.updated = all.slice(from);
    process(session);
  };
}
