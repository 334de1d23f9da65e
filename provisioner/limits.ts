/**
 * Every time limit and bound of the provisioner, in one place. A limit that is not here does not exist: code takes the
 * object (or a changed copy, in tests) rather than a number of its own.
 */
export const limits = {
  /** One connection to a management node. */
  management: {
    /** TCP, SASL, open and both links: longer means that the peer hangs, not that it is slow. */
    connectMs: 5_000,
    /** One request and its reply. Artemis needs up to a second for a setting at 20,000 queues. */
    requestMs: 10_000,
    /** A page of all queues: 18.6 MB and 0.94 s at 21,000 queues, measured. */
    listRequestMs: 30_000,
    /** Routers drop pre-settled replies beyond their link capacity of 250; 64 keeps Artemis busy (about 1,050 queues/s). */
    maxInFlight: 64,
    /** Requests that wait for the window. More means that a caller forgot to batch: it is refused, not kept. */
    maxWaiting: 4_096,
    /** Silence after which the peer is taken for dead is twice this; rhea sends empty frames in between. */
    idleMs: 5_000,
    reconnect: { firstMs: 100, maxMs: 5_000 },
  },
  keycloak: {
    requestMs: 5_000,
    /** Requests at a time: creating a client costs Keycloak 8 to 14 ms of a core, and people log in there as well. */
    maxInFlight: 4,
    maxWaiting: 1_024,
    /** A token is renewed this long before it ends, so that it does not end on the way. */
    tokenLeewaySeconds: 15,
    /** Tries of one request when Keycloak does not answer or answers 5xx; then the row's own back-off takes over. */
    tries: 2,
  },
  database: {
    maxConnections: 6,
    connectMs: 5_000,
    /** The longest statement claims or reads a full page of rows. */
    statementMs: 30_000,
    listenReconnect: { firstMs: 100, maxMs: 5_000 },
    /** The listening connection is asked this often whether it still lives: TCP alone would not tell for hours. */
    listenCheckMs: 10_000,
  },
  reconcile: {
    /** Slowest discovery of due work when an announcement was lost. The fast path never waits for it. */
    pollMs: 2_000,
    /** Rows of one claim. Small enough that a stopped provisioner holds up little, large enough to pipeline. */
    batchRows: 256,
    /** Of these, the newest rows come first, so that one address does not wait behind a bulk job. */
    newestRows: 16,
    /** Batches of one noun at the same time; the second one lets new work in while a bulk batch is under way. */
    maxBatches: 2,
    /** How long a claim holds without being renewed: after this another provisioner may take the row. */
    claimMs: 30_000,
    /** A claim is renewed when this much of it is over. */
    renewAfterMs: 10_000,
    /** Work of one row; then it is given back with a reason. Below the claim, so that the claim outlives the work. */
    rowMs: 20_000,
    /** Delay before the next try of one row: doubled per try up to the maximum, with jitter of half its length. */
    backOff: { firstMs: 500, maxMs: 60_000 },
    /** While a part is away its rows are asked again this often at most, and at once when it is back. */
    partAwayMaxMs: 15_000,
    /** After so many tries in a row that a part refused (not: did not answer), the row is Failed, and tried on slowly. */
    failedAfterTries: 8,
  },
  gateways: {
    /** Rows read from the database and told in one go while a gateway is brought up to date. */
    pageRows: 1_000,
    /** How often a connected gateway is asked for its incarnation, should a restart have gone unseen. */
    incarnationCheckMs: 5_000,
    resync: { firstMs: 250, maxMs: 10_000 },
  },
  drift: {
    /** The slow loop: desired state against what brokers and gateways have. */
    intervalMs: 60_000,
    /** First round after the start, once the parts had time to connect. */
    firstMs: 5_000,
    /** Queues in one page of a listing: few large pages are cheaper than many small ones (measured). */
    pageQueues: 30_000,
    /** Unknown queues named in the log; the rest is counted. */
    maxNamed: 20,
  },
  health: {
    /** One answer of the health port. */
    requestMs: 2_000,
    maxRequests: 64,
  },
  shutdown: {
    /** Work under way may end by itself; what has not is left to the next claim. */
    graceMs: 5_000,
    /** Then the process ends, whatever hangs. */
    hardMs: 9_000,
  },
} as const;

export interface BackOffLimits {
  readonly firstMs: number;
  readonly maxMs: number;
}

type Loose<T> = { readonly [Key in keyof T]: T[Key] extends number ? number : Loose<T[Key]> };

/** The shape of {@link limits}, with any numbers. */
export type Limits = Loose<typeof limits>;
