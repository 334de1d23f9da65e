"use client";
import { Alert, AlertActionCloseButton, AlertGroup, type AlertProps } from "@patternfly/react-core";
import { createContext, type ReactNode, useCallback, useContext, useState } from "react";

interface Toast {
  readonly id: number;
  readonly variant: NonNullable<AlertProps["variant"]>;
  readonly title: string;
  readonly detail?: string;
}

const maxToasts = 4;
const ToastContext = createContext<(toast: Omit<Toast, "id">) => void>(() => undefined);
let lastId = 0;

/** Shows what needs no decision, at the upper right, and reads it out. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const add = useCallback((toast: Omit<Toast, "id">) => {
    lastId += 1;
    const id = lastId;
    setToasts((held) => [...held.slice(1 - maxToasts), { ...toast, id }]);
  }, []);
  const remove = (id: number) => setToasts((held) => held.filter((toast) => toast.id !== id));
  return (
    <ToastContext value={add}>
      {children}
      <AlertGroup isToast isLiveRegion aria-label="Notices">
        {toasts.map(({ id, variant, title, detail }) => (
          <Alert
            component="h2"
            key={id}
            variant={variant}
            title={title}
            timeout={variant === "danger" ? 12_000 : 6_000}
            onTimeout={() => remove(id)}
            actionClose={<AlertActionCloseButton title={title} onClose={() => remove(id)} />}
          >
            {detail}
          </Alert>
        ))}
      </AlertGroup>
    </ToastContext>
  );
}

export function useToast(): (toast: Omit<Toast, "id">) => void {
  return useContext(ToastContext);
}
