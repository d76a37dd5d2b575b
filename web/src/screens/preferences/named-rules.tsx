/**
 * Rules about things with a name: securities, lots, sectors, spans of time. One row for each thing, and a way to add one.
 *
 * In: what the document holds. Out: tokens of the draft. Invariant: only things that the document has can be added; a rule about something that it
 * no longer has is shown and can be taken away.
 */
import { useMemo, useState, type ReactNode } from "react";
import type { Offered } from "../../parts/chooser";
import { shares } from "../../text/figures";
import { day } from "../../text/times";
import { Adder } from "./adder";
import { fieldId } from "./changes";
import { Edited, FieldFault, useEditing } from "./editing";
import { familyOf, PERIODS, type Family } from "./families";
import { SliderAndField } from "./setting-controls";
import { joined, settingIn, settingsOfFamily, slotOf, type Setting } from "./tokens";
import type { Facts, HeldLot } from "./facts";

const SECURITY_RULES = [
    "do_not_sell_ticker_{}",
    "do_not_buy_ticker_{}",
    "always_hold_ticker_{}",
    "prefer_ticker_{}",
] as const;

function useNames(families: readonly Family[]): readonly string[] {
    const { draft, saved } = useEditing();
    const named = families.flatMap((family) =>
        [...settingsOfFamily(draft.tokens, family), ...settingsOfFamily(saved.tokens, family)].map(
            (setting) => setting.parts[family.key ?? 0] ?? "",
        ),
    );
    return [...new Set(named)].sort();
}

const offered = new WeakMap<Facts, readonly Offered[]>();

/** The securities of a document, to choose from; hundreds are written once, not for every key. */
export function securitiesOf(facts: Facts): readonly Offered[] {
    const known = offered.get(facts);
    if (known) return known;
    const all = facts.securities.map(({ ticker, class: of }) => ({ value: ticker, text: `${ticker} · ${of}` }));
    offered.set(facts, all);
    return all;
}

/** Securities with a rule of their own. */
export function SecurityRules() {
    const { facts, draft, put } = useEditing();
    const [added, setAdded] = useState<readonly string[]>([]);
    const families = SECURITY_RULES.map(familyOf);
    const names = [...new Set([...useNames(families), ...added])];
    return (
        <div className="rules">
            <h3>Rules for single securities</h3>
            {names.length > 0 ? (
                <div className="scroll" tabIndex={0} role="group" aria-label="Rules for single securities">
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">Security</th>
                                {families.map((family) => (
                                    <th scope="col" key={family.pattern}>
                                        {family.name}
                                    </th>
                                ))}
                            </tr>
                        </thead>
                        <tbody>
                            {names.map((ticker) => (
                                <tr key={ticker}>
                                    <th scope="row">
                                        {ticker}
                                        {families.map((family) => (
                                            <span key={family.pattern}>
                                                <FieldFault id={fieldId(`token|${slotOf(family, ticker)}`)} />
                                            </span>
                                        ))}
                                    </th>
                                    {families.map((family) => {
                                        const slot = slotOf(family, ticker);
                                        return (
                                            <td key={family.pattern}>
                                                <label className="target-size">
                                                    <input
                                                        id={fieldId(`token|${slot}`)}
                                                        type="checkbox"
                                                        aria-label={family.nameWith.replace("{}", ticker)}
                                                        checked={settingIn(draft.tokens, slot) !== null}
                                                        onChange={(event) =>
                                                            put(
                                                                slot,
                                                                event.target.checked
                                                                    ? { family, parts: [ticker] }
                                                                    : null,
                                                            )
                                                        }
                                                    />
                                                </label>
                                                <Edited of={`token|${slot}`} />
                                            </td>
                                        );
                                    })}
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            ) : (
                <p className="quiet">No security has a rule of its own.</p>
            )}
            <dl className="meanings small quiet">
                {families.map((family) => (
                    <div key={family.pattern}>
                        <dt>{family.name}</dt>
                        <dd>{family.explanation}</dd>
                    </div>
                ))}
            </dl>
            <Adder
                label="Add a security"
                options={securitiesOf(facts).filter((each) => !names.includes(each.value))}
                onAdd={(ticker) => setAdded([...added, ticker])}
            />
        </div>
    );
}

function lotInWords({ quantity, ticker, acquired }: HeldLot): string {
    return `${shares(quantity)} ${ticker}${acquired ? `, ${day(acquired)}` : ""}`;
}

const LOT_RULES = ["sell_lot_first_{}", "do_not_sell_lot_{}"] as const;

/** Lots with a rule of their own. */
export function LotRules() {
    const { facts, draft, put } = useEditing();
    const [added, setAdded] = useState<readonly string[]>([]);
    const families = LOT_RULES.map(familyOf);
    const names = [...new Set([...useNames(families), ...added])];
    // Thousands of lots are written once, not for every key.
    const held = useMemo(() => new Map(facts.lots.map((lot) => [lot.id, lotInWords(lot)])), [facts]);
    const options = useMemo(() => [...held].map(([value, about]) => ({ value, text: `${value} · ${about}` })), [held]);
    return (
        <div className="rules">
            <h3>Rules for single lots</h3>
            {names.length > 0 ? (
                <ul className="rule-list">
                    {names.map((lot) => (
                        <li key={lot}>
                            <span>
                                <strong>{lot}</strong>{" "}
                                <span className="small quiet">{held.get(lot) ?? "not held any more"}</span>
                            </span>
                            <span className="rule-switches">
                                {families.map((family) => {
                                    const slot = slotOf(family, lot);
                                    return (
                                        <span key={family.pattern}>
                                            <label>
                                                <input
                                                    id={fieldId(`token|${slot}`)}
                                                    type="checkbox"
                                                    aria-label={family.nameWith.replace("{}", lot)}
                                                    checked={settingIn(draft.tokens, slot) !== null}
                                                    onChange={(event) =>
                                                        put(
                                                            slot,
                                                            event.target.checked ? { family, parts: [lot] } : null,
                                                        )
                                                    }
                                                />
                                                {family.name}
                                            </label>
                                            <FieldFault id={fieldId(`token|${slot}`)} />
                                            <Edited of={`token|${slot}`} />
                                        </span>
                                    );
                                })}
                            </span>
                        </li>
                    ))}
                </ul>
            ) : (
                <p className="quiet">No lot has a rule of its own: which lots are sold is worked out.</p>
            )}
            <Adder
                label="Add a lot"
                options={options.filter((each) => !names.includes(each.value))}
                onAdd={(lot) => setAdded([...added, lot])}
            />
        </div>
    );
}

/** Limits of one kind, each about something with a name: a number, and a way to take it away. */
function LimitList(given: {
    readonly family: Family;
    readonly settings: readonly Setting[];
    /** What a limit is about, as its row is headed. */
    readonly head: (name: string) => string;
}) {
    const { family, settings } = given;
    const { put } = useEditing();
    return (
        <ul className="rule-list">
            {settings.map((setting) => {
                const name = setting.parts[1] ?? "";
                const slot = slotOf(family, name);
                const label = family.nameWith.replace("{}", name.replaceAll("_", " "));
                return (
                    <li key={name}>
                        <strong>{given.head(name)}</strong>
                        <span className="rule-switches">
                            <SliderAndField setting={setting} label={label} />
                            <button
                                type="button"
                                className="button slim"
                                aria-label={`Remove: ${label}`}
                                onClick={() => put(slot, null)}
                            >
                                Remove
                            </button>
                            <FieldFault id={fieldId(`token|${slot}`)} />
                            <Edited of={`token|${slot}`} />
                        </span>
                    </li>
                );
            })}
        </ul>
    );
}

/** Limits in percent by name: of securities, of sectors. */
export function Limits(given: {
    readonly pattern: string;
    readonly add: string;
    readonly options: readonly Offered[];
    readonly none: ReactNode;
}) {
    const family = familyOf(given.pattern);
    const { draft, put } = useEditing();
    const settings = settingsOfFamily(draft.tokens, family);
    const names = settings.map((each) => each.parts[1] ?? "");
    return (
        <div className="rules">
            <h3>{family.name}</h3>
            <p className="small quiet">{family.explanation}</p>
            {settings.length > 0 ? (
                <LimitList family={family} settings={settings} head={(name) => name.replaceAll("_", " ")} />
            ) : (
                <p className="quiet">{given.none}</p>
            )}
            <Adder
                label={given.add}
                options={given.options.filter((each) => !names.includes(joinedFor(family, each.value)))}
                onAdd={(name) =>
                    put(slotOf(family, name), { family, parts: [family.first[0] ?? "", joinedFor(family, name)] })
                }
            />
        </div>
    );
}

const joinedFor = (family: Family, name: string) => (family.parts[1] === "sector" ? joined(name) : name);

/** How often, in spans of the calendar. */
export function Frequency() {
    const family = familyOf("max_trade_frequency_{}_per_{}");
    const { draft, put } = useEditing();
    const settings = settingsOfFamily(draft.tokens, family);
    const used = settings.map((each) => each.parts[1] ?? "");
    return (
        <div className="rules">
            <h3>{family.name}</h3>
            <p className="small quiet">{family.explanation}</p>
            <LimitList family={family} settings={settings} head={(period) => `in a ${period}`} />
            <Adder
                label="Limit them in a"
                options={PERIODS.filter((each) => !used.includes(each)).map((each) => ({ value: each, text: each }))}
                onAdd={(period) => put(slotOf(family, period), { family, parts: ["1", period] })}
            />
        </div>
    );
}
