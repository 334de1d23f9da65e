import { randomInt } from "node:crypto";

// Without letters and digits that look alike.
const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
const groups = 4;
const charactersPerGroup = 5;

/** A password to be typed once: 20 random characters in groups, about 99 bits. */
export function generateOneTimePassword(): string {
  return Array.from({ length: groups }, randomGroup).join("-");
}

function randomGroup(): string {
  return Array.from({ length: charactersPerGroup }, () => alphabet[randomInt(alphabet.length)]).join("");
}
