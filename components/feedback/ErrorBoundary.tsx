"use client";
import { usePathname } from "next/navigation";
import { Component, type ReactNode } from "react";
import { ScreenError } from "./ScreenError.tsx";

interface BoundaryProps {
  readonly children: ReactNode;
  readonly place: string;
}

class Boundary extends Component<BoundaryProps, { readonly error: Error | undefined; readonly place: string }> {
  override state = { error: undefined as Error | undefined, place: this.props.place };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  static getDerivedStateFromProps(props: BoundaryProps, state: { place: string }) {
    return props.place === state.place ? null : { place: props.place, error: undefined };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return <ScreenError error={this.state.error} reset={() => this.setState({ error: undefined })} />;
  }
}

/** Catches what a screen throws and shows it in the screen's place; another page starts afresh. */
export function ErrorBoundary({ children }: { children: ReactNode }) {
  return <Boundary place={usePathname()}>{children}</Boundary>;
}
