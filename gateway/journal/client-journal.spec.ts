import { expect, test } from "vitest";
import { ClientJournal, type ClientHappening } from "./client-journal.ts";

const happening: ClientHappening = {
  kind: "connected", space: "acme.main", connection: 1, container: "c", login: "acme.main.app", isPerson: false, remoteAddress: "::1", address: "", role: "", condition: "", text: "",
};

test("equal happenings between two fetches are one event with a count and the last one's words; later ones are another", () => {
  const journal = new ClientJournal();
  for (let connection = 1; connection <= 1000; connection += 1) journal.note({ ...happening, connection, text: String(connection) }, ["app"]);
  journal.note({ ...happening, kind: "closed" }, ["app"]);
  const events = journal.after(0, 100);
  expect(events).toMatchObject([{ sequence: 1, kind: "connected", count: 1000, connection: 1000, text: "1000" }, { sequence: 2, kind: "closed", count: 1 }]);
  journal.note(happening, ["app"]);
  expect(journal.after(2, 100)).toMatchObject([{ sequence: 3, kind: "connected", count: 1 }]);
});

test("what was fetched is told again until a later fetch says that it has arrived", () => {
  const journal = new ClientJournal();
  for (const name of ["a", "b", "c"]) journal.note(happening, [name]);
  expect(journal.after(0, 2).map(({ sequence }) => sequence)).toEqual([1, 2]);
  expect(journal.after(0, 10).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  expect(journal.after(2, 10).map(({ sequence }) => sequence)).toEqual([3]);
  expect(journal.after(3, 10)).toEqual([]);
  expect(journal.newest).toBe(3);
});

test("a storm in one space is bounded, said how many were left out, and takes no place of another space", () => {
  const journal = new ClientJournal({ events: 100, gatheredPerSpace: 10 });
  for (let index = 0; index < 1000; index += 1) journal.note(happening, [index]);
  journal.note({ ...happening, space: "globex.main" }, ["app"]);
  const events = journal.after(0, 1000);
  expect(events.filter(({ space }) => space === "acme.main").map(({ kind, count }) => [kind, count])).toEqual([...Array.from({ length: 10 }, () => ["connected", 1]), ["events-dropped", 990]]);
  expect(events.filter(({ space }) => space === "globex.main")).toMatchObject([{ kind: "connected", count: 1 }]);
});

test("while nobody fetches, what waits stays within its bound", () => {
  const journal = new ClientJournal({ events: 20, gatheredPerSpace: 10 });
  for (let space = 0; space < 100; space += 1) {
    for (let index = 0; index < 10; index += 1) journal.note({ ...happening, space: `t${space}.main` }, [index]);
    if (space % 10 === 0) journal.after(0, 1);
  }
  expect(journal.after(0, 1000).length).toBeLessThanOrEqual(20);
});
