/** The page begins here. The style of everything comes before that of each part, so that a part can differ. */
import "./style/tokens.css";
import "./style/base.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Refused } from "./api/client";
import { router } from "./app/router";
import { show } from "./app/settings";

show();
const client = new QueryClient({
    defaultOptions: {
        queries: {
            // What changes is told by the stream; what was asked stays good until then.
            staleTime: 60_000,
            refetchOnWindowFocus: false,
            retry: (times, error) => times < 2 && !(error instanceof Refused && error.problem.status >= 400),
        },
    },
});

const place = document.getElementById("page");
if (place) {
    createRoot(place).render(
        <StrictMode>
            <QueryClientProvider client={client}>
                <RouterProvider router={router} context={{ client }} />
            </QueryClientProvider>
        </StrictMode>,
    );
}
