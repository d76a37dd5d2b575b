/**
 * Rules about things with a name: securities, lots, sectors, spans of time. One row for each thing, and a way to add one.
 *
 * In: what the document holds. Out: tokens of the draft. Invariant: only things that the document has can be added; a rule about something that it
 * no longer has is shown and can be taken away.
 */
import { useId, useState, type ReactNode } from "react";
import { shares } from "../../text/figures";
import { day } from "../../text/times";
import { Edited, FieldFault, useEditing } from "./editing";
import { fieldId } from "./changes";
import { familyOf, PERIODS, type Family } from "./families";
import { SliderAndField } from "./setting-controls";
import { joined, settingIn, settingsOfFamily, slotOf } from "./tokens";

const SECURITY_RULES = [
    "do_not_sell_ticker_{}",
    "do_not_buy_ticker_{}",
    "always_hold_ticker_{}",
    "prefer_ticker_{}",
] as const;

/** Adds one of the things that are there. */
function Adder(given: {
    readonly label: string;
    readonly options: readonly { readonly value: string; readonly text: string }[];
    readonly onAdd: (value: string) => void;
}) {
    const id = useId();
    const [typed, setTyped] = useState("");
    if (given.options.length === 0) return null;
    const isLong = given.options.length > 60;
    // Thousands of lots are not put on the page at once: those that fit what is typed are.
    const fits = (text: string) => text.toLowerCase().includes(typed.toLowerCase());
    const offered = isLong ? given.options.filter((each) => fits(each.text)).slice(0, 50) : given.options;
    const add = (value: string) => {
        if (!given.options.some((each) => each.value === value)) return;
        given.onAdd(value);
        setTyped("");
    };
    return (
        <div className="adder">
            <label htmlFor={id}>{given.label}</label>
            {isLong ? (
                <>
                    <input
                        id={id}
                        className="input"
                        list={`${id}-list`}
                        value={typed}
                        onChange={(event) => setTyped(event.target.value)}
                        onKeyDown={(event) => (event.key === "Enter" ? add(typed) : undefined)}
                    />
                    <datalist id={`${id}-list`}>
                        {offered.map((each) => (
                            <option key={each.value} value={each.value}>
                                {each.text}
                            </option>
                        ))}
                    </datalist>
                    <button type="button" className="button slim" onClick={() => add(typed)}>
                        Add
                    </button>
                </>
            ) : (
                <select id={id} className="input" value="" onChange={(event) => add(event.target.value)}>
                    <option value="">Choose…</option>
                    {given.options.map((each) => (
                        <option key={each.value} value={each.value}>
                            {each.text}
                        </option>
                    ))}
                </select>
            )}
        </div>
    );
}

function useNames(families: readonly Family[]): readonly string[] {
    const { draft, saved } = useEditing();
    const named = families.flatMap((family) =>
        [...settingsOfFamily(draft.tokens, family), ...settingsOfFamily(saved.tokens, family)].map(
            (setting) => setting.parts[family.key ?? 0] ?? "",
        ),
    );
    return [...new Set(named)].sort();
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
                options={facts.securities
                    .filter((each) => !names.includes(each.ticker))
                    .map((each) => ({ value: each.ticker, text: `${each.ticker} · ${each.class}` }))}
                onAdd={(ticker) => setAdded([...added, ticker])}
            />
        </div>
    );
}

const LOT_RULES = ["sell_lot_first_{}", "do_not_sell_lot_{}"] as const;

/** Lots with a rule of their own. */
export function LotRules() {
    const { facts, draft, put } = useEditing();
    const [added, setAdded] = useState<readonly string[]>([]);
    const families = LOT_RULES.map(familyOf);
    const names = [...new Set([...useNames(families), ...added])];
    const about = (id: string) => {
        const lot = facts.lots.find((each) => each.id === id);
        if (!lot) return "not held any more";
        return `${shares(lot.quantity)} ${lot.ticker}${lot.acquired ? `, ${day(lot.acquired)}` : ""}`;
    };
    return (
        <div className="rules">
            <h3>Rules for single lots</h3>
            {names.length > 0 ? (
                <ul className="rule-list">
                    {names.map((lot) => (
                        <li key={lot}>
                            <span>
                                <strong>{lot}</strong> <span className="small quiet">{about(lot)}</span>
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
                options={facts.lots
                    .filter((each) => !names.includes(each.id))
                    .map((each) => ({ value: each.id, text: `${each.id} · ${about(each.id)}` }))}
                onAdd={(lot) => setAdded([...added, lot])}
            />
        </div>
    );
}

/** Limits in percent by name: of securities, of sectors. */
export function Limits(given: {
    readonly pattern: string;
    readonly add: string;
    readonly options: readonly { readonly value: string; readonly text: string }[];
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
                <ul className="rule-list">
                    {settings.map((setting) => {
                        const name = setting.parts[1] ?? "";
                        const slot = slotOf(family, name);
                        return (
                            <li key={name}>
                                <strong>{name.replaceAll("_", " ")}</strong>
                                <span className="rule-switches">
                                    <SliderAndField
                                        setting={setting}
                                        label={family.nameWith.replace("{}", name.replaceAll("_", " "))}
                                    />
                                    <button
                                        type="button"
                                        className="button slim"
                                        aria-label={`Take away: ${family.nameWith.replace("{}", name)}`}
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
            <ul className="rule-list">
                {settings.map((setting) => {
                    const period = setting.parts[1] ?? "";
                    const slot = slotOf(family, period);
                    return (
                        <li key={period}>
                            <strong>in a {period}</strong>
                            <span className="rule-switches">
                                <SliderAndField setting={setting} label={family.nameWith.replace("{}", period)} />
                                <button
                                    type="button"
                                    className="button slim"
                                    aria-label={`Take away: ${family.nameWith.replace("{}", period)}`}
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
            <Adder
                label="Limit them in a"
                options={PERIODS.filter((each) => !used.includes(each)).map((each) => ({ value: each, text: each }))}
                onAdd={(period) => put(slotOf(family, period), { family, parts: ["1", period] })}
            />
        </div>
    );
}
