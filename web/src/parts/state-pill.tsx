/** The state of a proposal, as an icon and a word: never by colour alone. */

type Look = readonly [sign: string, word: string, kind: "plain" | "due" | "done" | "failed" | "warn"];

const LOOKS: Readonly<Record<string, Look>> = {
    Pending_Generation: ["…", "Being planned", "plain"],
    Pending_Validation: ["…", "Being checked", "plain"],
    Validation_Failed: ["✕", "Refused by a check", "failed"],
    Pending_Approval: ["●", "Waits for approval", "due"],
    Approved: ["✓", "Approved", "plain"],
    Rejected: ["—", "Rejected", "plain"],
    Execution_In_Progress: ["▸", "Orders at the broker", "plain"],
    Executed_Successfully: ["✓", "Executed", "done"],
    Execution_Failed: ["✕", "Not fully executed", "failed"],
};

const REJECTIONS: Readonly<Record<string, string>> = {
    by_person: "Rejected",
    expired: "Expired",
    superseded: "Superseded",
    withdrawn: "Withdrawn",
};

/** The words of a state. */
export function stateInWords(state: string, rejection?: string | null): string {
    if (state === "Rejected" && rejection) return REJECTIONS[rejection] ?? "Rejected";
    return LOOKS[state]?.[1] ?? state;
}

export function StatePill({ state, rejection }: { readonly state: string; readonly rejection?: string | null }) {
    const [sign, , kind] = LOOKS[state] ?? ["?", state, "plain"];
    return (
        <span className={`pill ${kind}`} title={[state, ...(rejection ? [rejection] : [])].join(", ")}>
            <span aria-hidden="true">{sign}</span>
            {stateInWords(state, rejection)}
        </span>
    );
}
