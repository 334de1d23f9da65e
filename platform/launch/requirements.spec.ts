import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { findProgram, javaMajorVersion, javaMessage, LaunchError, parsePort, portMessage, requireDisk, requireFreePorts } from "./requirements.mjs";

const use = { purpose: "AMQP", variable: "AMQP_PORT" };

describe("Java's version", () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_402"', 8],
    ['openjdk version "21" 2023-09-19', 21],
    ['Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "25.0.1" 2025-10-21', 25],
    ["bash: java: command not found", undefined],
  ])("is read from %j", (output, major) => {
    expect(javaMajorVersion(output)).toBe(major);
  });

  it("is named in the sentence about one that is too old, with what is needed", () => {
    expect(javaMessage(11)).toMatch(/Java 17 or newer.*Java 11 is too old.*install it/);
    expect(javaMessage(undefined)).toContain("no Java was found");
  });
});

describe("ports", () => {
  it("fall back when the variable is missing or empty", () => {
    expect(parsePort("PORT", undefined, 3000)).toBe(3000);
    expect(parsePort("PORT", "", 3000)).toBe(3000);
    expect(parsePort("PORT", "8080", 3000)).toBe(8080);
  });

  it.each(["abc", "0", "65536", "-1", "80.5", "1e9"])("refuse %s and name the variable", (value) => {
    expect(() => parsePort("AMQP_PORT", value, 1)).toThrow(new RegExp(`AMQP_PORT is "${value}", which is no port`));
  });

  it("in use are refused with the port, its purpose and the variable to change", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await expect(requireFreePorts([{ port, use }])).rejects.toThrow(new LaunchError(portMessage(port, use)));
    expect(portMessage(port, use)).toMatch(new RegExp(`Port ${port}, needed for AMQP, .*AMQP_PORT=`));
    server.close();
    await once(server, "close");
    await expect(requireFreePorts([{ port, use }])).resolves.toBeUndefined();
  });
});

describe("disk", () => {
  it("that is too full is refused with what is free and what is needed", async () => {
    await expect(requireDisk("/", 1e9)).rejects.toThrow(/Only [\d.]+ GiB are free on the disk of \/, and Postroom needs 1000000000 GiB/);
    await expect(requireDisk("/", 0)).resolves.toBeUndefined();
  });
});

describe("programs", () => {
  it("are found on the path only when they can be run", () => {
    expect(findProgram("sh")).toMatch(/\/sh$/);
    expect(findProgram("sh", "/nowhere")).toBeUndefined();
    expect(findProgram("passwd", "/etc")).toBeUndefined();
  });
});
