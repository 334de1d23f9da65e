import type { ChangeNotice } from "#contracts/changes.ts";
import type { KeyObject } from "node:crypto";
import type { Database } from "../database.ts";
import type { BrokerDriver } from "../drivers/broker-driver.ts";
import type { IdentityDriver } from "../drivers/identity-driver.ts";
import { anyGateway, type GatewayFleet } from "../gateways/gateway-fleet.ts";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { PartAwayError } from "../part-away-error.ts";
import { openWorkWindow, type WorkWindow } from "../work-window.ts";
import { reconcileAddress } from "./address-work.ts";
import { isNoun, nouns, type Claim, type Noun } from "./claimed-rows.ts";
import { reconcileCredential } from "./credential-work.ts";
import { Lane } from "./lane.ts";
import { OutcomeWriter } from "./outcome-writer.ts";
import { Placer, type BrokerCapacities } from "./placer.ts";
import { claimAddresses, claimCredentials, claimSpaces, wakeRowsOfSpace, wakeWaitingFor, writeOutcomes } from "./queries.ts";
import { NotYetError, outcomeOfFailure } from "./reason.ts";
import { reconcileSpace } from "./space-work.ts";

export interface ReconcilerOptions {
  readonly database: Database;
  readonly brokers: readonly BrokerDriver[];
  readonly capacities: BrokerCapacities;
  readonly gateways: GatewayFleet;
  readonly identity: IdentityDriver;
  readonly sealingKey: KeyObject;
  /** Names this process in claims; another one for each start, so that a predecessor's claims are never taken for its own. */
  readonly claimedBy: string;
  readonly limits: Limits;
  readonly log: Log;
}

/** The level-triggered heart: due rows are claimed, made real, and what came out is written down, again and again. */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #lanes: Readonly<Record<Noun, readonly Pick<Lane<never>, "start" | "wake" | "wakeIn" | "stop" | "underWay">[]>>;
  readonly #writers: OutcomeWriter[] = [];
  readonly #stop = new AbortController();

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    const { database, brokers, claimedBy, limits, log } = options;
    const { claimMs, pollMs, placementCountsMs, spaceRows, backlogRows, newestRows, newestMs, newestClaimWhenFree, credentialRows } = limits.reconcile;
    const laneOf = <Row extends Claim>(
      noun: Noun,
      { name, maxRows, claimWhenFree = maxRows / 2, isUrgent = false, claim, act, onActive }: {
        readonly name: string;
        readonly maxRows: number;
        readonly claimWhenFree?: number;
        readonly isUrgent?: boolean;
        readonly claim: (limit: number) => Promise<Row[]>;
        readonly act: (row: Row, window: WorkWindow) => Promise<"active" | "gone">;
        readonly onActive?: (row: Row) => Promise<void>;
      },
    ): Lane<Row> => {
      // One for each lane: what overtakes on the way must not wait at its end for the statement of those that it overtook.
      const writer = new OutcomeWriter({
        write: (outcomes) => writeOutcomes(database, noun, claimedBy, outcomes),
        underWay: () => lane.underWay,
        fewRows: limits.reconcile.fewRows,
        gatherMs: limits.reconcile.gatherMs,
        log: log.child({ noun }),
      });
      this.#writers.push(writer);
      const work = (row: Row, claimedMs: number) =>
        this.#work(noun, row, writer, openWorkWindow(limits.reconcile.rowMs, this.#stop.signal, isUrgent, claimedMs), (window) => act(row, window), () => onActive?.(row));
      const lane: Lane<Row> = new Lane({ name, maxRows, claimWhenFree, pollMs, log, claim, work });
      return lane;
    };
    const placer = new Placer(database, brokers, options.capacities, placementCountsMs);
    const claim = { claimedBy, claimMs };
    this.#lanes = {
      address_space: [
        laneOf("address_space", {
          name: "spaces",
          maxRows: spaceRows,
          isUrgent: true,
          claim: (limit) => claimSpaces(database, { ...claim, limit }),
          act: (row, window) => reconcileSpace(row, options, window),
          onActive: (row) => this.#wakeSpace(row.id),
        }),
      ],
      address: [
        laneOf("address", {
          name: "newest addresses",
          maxRows: newestRows,
          claimWhenFree: newestClaimWhenFree,
          isUrgent: true,
          claim: (limit) => placer.claimPlaced((only) => claimAddresses(database, { ...claim, limit, dueWithinMs: newestMs }, only)),
          act: (row, window) => reconcileAddress(row, options, window),
        }),
        laneOf("address", {
          name: "addresses",
          maxRows: backlogRows,
          claim: (limit) => placer.claimPlaced((only) => claimAddresses(database, { ...claim, limit }, only)),
          act: (row, window) => reconcileAddress(row, options, window),
        }),
      ],
      credential: [
        laneOf("credential", {
          name: "credentials",
          maxRows: credentialRows,
          isUrgent: true,
          claim: (limit) => claimCredentials(database, { ...claim, limit }),
          act: (row, window) => reconcileCredential(row, options, window),
        }),
      ],
    };
  }

  /** Rows under way. */
  get underWay(): number {
    return this.#allLanes().reduce((sum, lane) => sum + lane.underWay, 0);
  }

  /** Outcomes refused since the start because the row had been claimed by another provisioner. */
  get refusedWrites(): number {
    return this.#writers.reduce((sum, { refused }) => sum + refused, 0);
  }

  start(): void {
    for (const lane of this.#allLanes()) lane.start();
  }

  wakeAll(): void {
    for (const noun of nouns) this.wake(noun);
  }

  wake(noun: Noun): void {
    for (const lane of this.#lanes[noun]) lane.wake();
  }

  /** To be called for each announced change of a row. */
  onChange({ table, phase, due, gone }: ChangeNotice): void {
    if (table === "membership" || table === "member_operation") return;
    // A space that is being deleted waits for the last of its rows.
    if (gone) this.wake("address_space");
    // Configuring is written by claims only, so there is nothing new to do.
    else if (due && phase !== "Configuring" && isNoun(table)) this.wake(table);
  }

  /** To be called when a part has come back: what waits for it is tried at once. */
  async onPartBack(part: string): Promise<void> {
    try {
      for (const noun of nouns) {
        if ((await wakeWaitingFor(this.#options.database, noun, part)) > 0) this.wake(noun);
      }
    } catch (error) {
      this.#options.log.warn({ part, error: (error as Error).message }, "rows that wait for a part could not be woken; their own back-off goes on");
    }
  }

  /** {@link onPartBack} for a gateway, for which rows wait by name or with any other. */
  async onGatewayBack(title: string): Promise<void> {
    await this.onPartBack(anyGateway);
    await this.onPartBack(title);
  }

  /**
   * Claims nothing more and waits for what is under way.
   * @param graceMs after this, what is under way is given up and its rows are given back
   */
  async stop(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.#stop.abort(), graceMs);
    await Promise.all(this.#allLanes().map((lane) => lane.stop()));
    clearTimeout(timer);
  }

  /** @returns whether the row is due again at once */
  async #work(
    noun: Noun,
    claim: Claim,
    writer: OutcomeWriter,
    window: WorkWindow,
    act: (window: WorkWindow) => Promise<"active" | "gone">,
    onActive: () => Promise<void> | undefined,
  ): Promise<boolean> {
    const { limits, log } = this.#options;
    try {
      const kind = await act(window);
      const isDue = await writer.write({ kind, claim });
      if (kind === "active") await onActive();
      return isDue;
    } catch (error) {
      if (this.#stop.signal.aborted) {
        // Given back as it was: another provisioner goes on at once.
        return writer.write({ kind: "waiting", claim, attempts: claim.attempts, delayMs: 0, failed: false, reason: null });
      }
      const isExpected = error instanceof NotYetError || error instanceof PartAwayError;
      log[isExpected ? "debug" : "warn"]({ noun, row: claim.id, attempts: claim.attempts + 1, error: (error as Error).message }, "row could not be reconciled");
      const outcome = outcomeOfFailure(claim, error, limits.reconcile);
      const isDue = await writer.write(outcome);
      if (outcome.kind === "waiting") for (const lane of this.#lanes[noun]) lane.wakeIn(outcome.delayMs + 10);
      return isDue;
    }
  }

  async #wakeSpace(spaceRowId: string): Promise<void> {
    await wakeRowsOfSpace(this.#options.database, spaceRowId);
    this.wake("address");
    this.wake("credential");
  }

  #allLanes(): readonly Pick<Lane<never>, "start" | "wake" | "wakeIn" | "stop" | "underWay">[] {
    return Object.values(this.#lanes).flat();
  }
}
