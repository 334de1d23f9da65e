"use client";
export { ScreenError as default } from "#components/feedback/ScreenError.tsx";
