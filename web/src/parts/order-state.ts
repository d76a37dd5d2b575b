/** How an order stands, as a sign and words, the same wherever orders are told; a state that nobody knows stands for itself. */

type Look = readonly [sign: string, words: string, kind: "" | "ok" | "warn" | "danger"];

const LOOKS: Readonly<Record<string, Look>> = {
    waiting: ["…", "Waits for its turn", ""],
    submitting: ["▸", "Being sent", ""],
    accepted: ["▸", "At the broker", ""],
    partly_filled: ["◐", "Partly filled", ""],
    filled: ["✓", "Filled", "ok"],
    refused: ["✕", "Refused by the broker", "danger"],
    cancelled: ["—", "Cancelled", "warn"],
    expired: ["—", "Expired unfilled", "warn"],
    unknown: ["?", "Not known yet", "warn"],
};

export function orderState(state: string): Look {
    return LOOKS[state] ?? ["?", state, ""];
}
