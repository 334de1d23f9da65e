"use client";
import { Button } from "@patternfly/react-core";
import { DownloadIcon } from "@patternfly/react-icons";
import { useMutation } from "@tanstack/react-query";
import { counted, formatExact } from "#components/feedback/format.ts";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { toPublicError } from "#components/trpc/public-error.ts";
import type { Exported } from "./export-rows.ts";

interface ExportButtonProps {
  /** Writes the file; loads what it needs for that (`import("./export-….ts")`), for most visits export nothing. */
  readonly onExport: () => Promise<Exported>;
  /** What the button says beside its icon. */
  readonly children?: string;
  readonly variant?: "link" | "secondary";
  readonly isDisabled?: boolean;
}

/**
 * Takes a table or chart home as a file, and says how many rows it has and whether there were more. A table's `export-….ts`
 * calls `exportCsv` of `export-rows.ts` with its columns and its rows.
 */
export function ExportButton({ onExport, children = "Export CSV", variant = "link", isDisabled = false }: ExportButtonProps) {
  const toast = useToast();
  const exporting = useMutation({
    mutationFn: onExport,
    onSuccess: ({ rows, isCut }) =>
      toast(
        isCut
          ? { variant: "warning", title: `The file has the first ${formatExact(rows)} rows`, detail: "There are more. Narrow the view to export the rest." }
          : { variant: "success", title: `${counted(rows, "row")} exported` },
      ),
    onError: (error) => toast({ variant: "danger", title: "The export did not work", detail: toPublicError(error).message }),
  });
  return (
    <Button variant={variant} icon={<DownloadIcon />} isInline={variant === "link"} isLoading={exporting.isPending} isDisabled={isDisabled || exporting.isPending} onClick={() => exporting.mutate()}>
      {children}
    </Button>
  );
}
