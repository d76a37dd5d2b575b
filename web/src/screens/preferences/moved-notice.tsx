/**
 * Somebody else saved meanwhile: what they changed, and where both changed the same thing a choice for each.
 *
 * Invariant: the draft is kept; nothing of theirs is written over without a choice.
 */
import { Note } from "../../parts/panel";
import { several } from "../../text/figures";
import { fieldId, type Change, type Clash } from "./changes";

export interface Moved {
    /** The version that there is now. */
    readonly version: string;
    readonly theirChanges: readonly Change[];
    readonly clashes: readonly Clash[];
    readonly chosen: Readonly<Record<string, "mine" | "theirs">>;
}

/** Where it stands on the page. */
export const MOVED = "saved-by-somebody-else";

export function undecided(moved: Moved | null): readonly Clash[] {
    return moved?.clashes.filter((clash) => !moved.chosen[clash.key]) ?? [];
}

export function MovedNotice(given: {
    readonly moved: Moved;
    readonly choose: (clash: Clash, side: "mine" | "theirs") => void;
    readonly close: () => void;
}) {
    const { moved } = given;
    const left = undecided(moved).length;
    const changes = moved.theirChanges.filter((change) => !moved.clashes.some((clash) => clash.key === change.key));
    return (
        <Note kind={left > 0 ? "warn" : "plain"}>
            <div role="status" id={MOVED} tabIndex={-1}>
                <strong>The household was saved by somebody else meanwhile</strong>, as version{" "}
                {moved.version.replaceAll('"', "")}. Your edits are kept and stand on that version now.
            </div>
            {changes.length > 0 ? (
                <>
                    <p className="small quiet">They changed what you had not touched:</p>
                    <ul className="small">
                        {changes.map((each) => (
                            <li key={each.key}>
                                {each.name}: {each.before} → {each.after}
                            </li>
                        ))}
                    </ul>
                </>
            ) : null}
            {moved.theirChanges.length === 0 ? (
                <p className="small quiet">No setting differs: holdings, cash or prices do.</p>
            ) : null}
            {moved.clashes.length > 0 ? (
                <div className="scroll" tabIndex={0} role="group" aria-label="What both changed">
                    <table className="clashes">
                        <caption className="small">
                            {several(moved.clashes.length, "setting")} changed by both of you: choose which counts.
                        </caption>
                        <thead>
                            <tr>
                                <th scope="col">Setting</th>
                                <th scope="col">Before</th>
                                <th scope="col">Yours</th>
                                <th scope="col">Theirs</th>
                            </tr>
                        </thead>
                        <tbody>
                            {moved.clashes.map((clash) => (
                                <tr key={clash.key}>
                                    <th scope="row">{clash.name}</th>
                                    <td>{clash.before}</td>
                                    {(["mine", "theirs"] as const).map((side) => (
                                        <td key={side}>
                                            <label>
                                                <input
                                                    id={side === "mine" ? fieldId(`clash|${clash.key}`) : undefined}
                                                    type="radio"
                                                    name={`clash-${clash.key}`}
                                                    checked={moved.chosen[clash.key] === side}
                                                    onChange={() => given.choose(clash, side)}
                                                />{" "}
                                                {clash[side]}
                                            </label>
                                        </td>
                                    ))}
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            ) : null}
            {left === 0 ? (
                <button type="button" className="button slim" onClick={given.close}>
                    Understood
                </button>
            ) : null}
        </Note>
    );
}
