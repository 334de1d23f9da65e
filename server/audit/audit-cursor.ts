import { PostroomError } from "#contracts/errors.ts";

/** The last entry of a page; entries are sorted by time and id, the newest first. */
export interface AuditCursor {
  readonly at: string;
  readonly id: string;
}

const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export function formatAuditCursor({ at, id }: AuditCursor): string {
  return `${at}_${id}`;
}

/** @throws PostroomError `invalid-input` when the text is not one of ours */
export function parseAuditCursor(text: string): AuditCursor {
  const parts = form.exec(text);
  if (parts?.[1] !== undefined && parts[2] !== undefined) return { at: parts[1], id: parts[2] };
  throw new PostroomError({ code: "invalid-input", field: "cursor", message: "This page of the audit trail cannot be found. Begin again at its first page." });
}
