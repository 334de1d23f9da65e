import { PageNotFound } from "#components/feedback/PageNotFound.tsx";

export default function NotFound() {
  return <PageNotFound />;
}
