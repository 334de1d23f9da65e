import { expect, test } from "vitest";
import { openWorkWindow } from "../work-window.ts";
import { startFaultBed } from "./fault-bed.ts";
import { fillKeptQueues } from "./scenarios.ts";
import { deleteSpaceUnderFaults } from "./space-deletion.ts";

// The full run (provisioner/faults/run.ts --only spaceDeleted) does this with ten thousand.
const addresses = 400;

test("a space of many addresses is deleted as a whole though its broker and the provisioner die meanwhile, and its neighbour keeps its messages", async () => {
  await using bed = await startFaultBed();
  const messages = await fillKeptQueues(bed);
  await deleteSpaceUnderFaults(bed, addresses, () => undefined);
  await bed.converged();
  await bed.secondPass();
  const left = await bed.broker.listAddresses(openWorkWindow(30_000));
  expect(left.reduce((sum, { messages: count }) => sum + count, 0)).toBe(messages);
}, 300_000);
