import { handleTrpc } from "#server/http/handle-trpc.ts";
import { services } from "#server/services.ts";

export const runtime = "nodejs";
export const dynamic = "force-dynamic";

const handler = (request: Request): Promise<Response> => handleTrpc(request, services());

export { handler as DELETE, handler as GET, handler as OPTIONS, handler as PATCH, handler as POST, handler as PUT };
