/** Ten thousand households as the table of the API tells them, the same ones every time; for how fast the page shows them. */

export const MANY = 10_000;

const CLASSES = ["US Stocks", "International Stocks", "Bonds", "Real Estate", "Cash"];
const STATES = [null, null, null, "Pending_Approval", "Execution_In_Progress"];

/** An answer of `GET /api/v1/households/table`. */
export function manyHouseholds(): string {
    let drawn = 1;
    const draw = (below: number) => {
        // A multiplier of Lehmer's: good enough for rows that differ.
        drawn = (drawn * 48_271) % 2_147_483_647;
        return drawn % below;
    };
    const column = <T>(of: (at: number) => T): T[] => Array.from({ length: MANY }, (_, at) => of(at));
    const state = column(() => STATES[draw(STATES.length)] ?? null);
    const use = column(() => draw(1700) / 1000);
    return JSON.stringify({
        now: "2026-11-27T15:00:00Z",
        id: column((at) => `01a208d0-5240-7bcd-baa7-${String(at).padStart(12, "0")}`),
        name: column((at) => `Household ${String((at * 7919) % MANY).padStart(5, "0")}`),
        value_usd: column(() => `${50_000 + draw(4_000_000)}.${10 + draw(89)}`),
        cash_usd: column(() => `${draw(90_000)}.${10 + draw(89)}`),
        worst_class: column(() => CLASSES[draw(CLASSES.length)] ?? ""),
        worst_side: column(() => (draw(2) === 0 ? "over" : "under")),
        band_use: use.map((value) => value.toFixed(4)),
        classes_out: use.map((value) => (value > 1 ? 1 + draw(3) : 0)),
        proposal: state.map((value, at) => (value ? `01a208d0-5240-7bcd-caa7-${String(at).padStart(12, "0")}` : null)),
        proposal_state: state,
        proposal_age_secs: state.map((value) => (value ? draw(200_000) : null)),
        tax_usd: column(() => `${draw(20_000) - 4_000}.${10 + draw(89)}`),
        price_age_secs: column(() => draw(900)),
        paused: column(() => draw(50) === 0),
        follows: column((at) => (at % 3 === 0 ? `Model ${at % 7}` : null)),
    });
}
