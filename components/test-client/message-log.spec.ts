import { describe, expect, it } from "vitest";
import { MessageLog } from "./message-log.ts";

const row = (id: number, sizeBytes = 1) => ({ id, sizeBytes, name: `row ${id}` });
const namesOf = (log: MessageLog<ReturnType<typeof row>>) => Array.from({ length: log.view().length }, (_, index) => log.view().at(index)?.name);

describe("the message log", () => {
  it("keeps the newest rows, newest first, and counts those it let go", () => {
    const log = new MessageLog<ReturnType<typeof row>>(3, 1_000);
    for (let id = 1; id <= 5; id += 1) log.append(row(id));
    expect(namesOf(log)).toEqual(["row 5", "row 4", "row 3"]);
    expect(log.view()).toMatchObject({ total: 5, dropped: 2 });
  });

  it("never holds more bytes than its bound, but for one row that is larger alone", () => {
    const log = new MessageLog<ReturnType<typeof row>>(100, 10);
    for (let id = 1; id <= 4; id += 1) log.append(row(id, 4));
    expect(namesOf(log)).toEqual(["row 4", "row 3"]);
    log.append(row(5, 50));
    expect(namesOf(log)).toEqual(["row 5"]);
  });

  it("answers the same view until something changes, changes rows in place, and keeps what is asked for when it is cleared", () => {
    const log = new MessageLog<ReturnType<typeof row>>(3, 1_000);
    log.append(row(1));
    log.append(row(2));
    expect(log.view()).toBe(log.view());
    log.replace({ ...row(1), name: "settled" });
    log.replace({ ...row(9), name: "gone long ago" });
    expect(namesOf(log)).toEqual(["row 2", "settled"]);
    log.clear(({ id }) => id === 2);
    expect(namesOf(log)).toEqual(["row 2"]);
    expect(log.view()).toMatchObject({ total: 1, dropped: 0 });
  });
});
