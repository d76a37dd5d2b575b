/**
 * The control of one setting: a switch, with a slider and a field for its number, or a choice.
 *
 * In: a family of tokens. Out: its tokens in the draft. Invariant: the slider covers what is usual, the field takes what is allowed.
 */
import { useId, type ReactNode } from "react";
import { NumberField } from "../../parts/number-field";
import { Edited, FieldFault, useEditing, useField, useSetting } from "./editing";
import { familyOf, GOALS, INDUSTRIES, RATINGS, type Family } from "./families";
import { colon, joined, settingIn, slotOf, uncolon, type Setting } from "./tokens";

/** Words for units beside a field. */
export function unitOf(family: Family): string {
    const units: Record<string, string> = { usd: "$", pct: "%", turnover: "%", months: "months", count: "times" };
    return units[family.parts[0] ?? ""] ?? "";
}

/** The same for who hears it. */
function unitInWords(family: Family): string {
    const unit = unitOf(family);
    return unit === "$" ? "dollars" : unit;
}

/** A setting that is on or off, and what belongs to it while it is on. */
export function Switch(given: {
    readonly pattern: string;
    readonly needs?: string | null;
    readonly children?: (setting: Setting) => ReactNode;
}) {
    const family = familyOf(given.pattern);
    const slot = slotOf(family);
    const key = `token|${slot}`;
    const { put, saved } = useEditing();
    const setting = useSetting(slot);
    const field = useField(key);
    const about = useId();
    const isOff = given.needs !== undefined && given.needs !== null && setting === null;
    const first = settingIn(saved.tokens, slot) ?? { family, parts: family.first };
    // The number is the field that a fault belongs to; a switch alone is its own.
    const own = family.parts.length === 0 ? field : {};
    return (
        <div className="setting">
            <label className="setting-name">
                <input
                    {...own}
                    type="checkbox"
                    checked={setting !== null}
                    disabled={isOff}
                    aria-describedby={about}
                    onChange={(event) => put(slot, event.target.checked ? first : null)}
                />
                {family.name}
            </label>
            <div className="setting-body">
                <p className="small quiet" id={about}>
                    {family.explanation}
                    {given.needs ? ` ${given.needs}` : ""}
                </p>
                {setting && given.children ? given.children(setting) : null}
                <FieldFault id={field.id} />
                <Edited of={key} />
            </div>
        </div>
    );
}

/** A setting with a number. */
export function Measure({ pattern, needs }: { readonly pattern: string; readonly needs?: string | null }) {
    return (
        <Switch pattern={pattern} {...(needs === undefined ? {} : { needs })}>
            {(setting) => <SliderAndField setting={setting} />}
        </Switch>
    );
}

/** The number of a setting, twice: to be pulled and to be typed. */
export function SliderAndField({ setting, label }: { readonly setting: Setting; readonly label?: string }) {
    const { family, parts } = setting;
    const { put } = useEditing();
    const slot = slotOf(family, parts[family.key ?? -1] ?? "");
    const field = useField(`token|${slot}`);
    const change = (number: string) => put(slot, { family, parts: [number.replaceAll("_", ""), ...parts.slice(1)] });
    const { min, max, step } = family.slider ?? { min: 0, max: 100, step: 1 };
    const value = Number(parts[0]);
    const name = label ?? family.name;
    return (
        <div className="measure">
            <input
                type="range"
                min={min}
                max={max}
                step={step}
                value={Number.isFinite(value) ? Math.min(max, Math.max(min, value)) : min}
                aria-label={`${name}, ${unitInWords(family)}`}
                onChange={(event) => change(event.target.value)}
            />
            <NumberField
                {...field}
                aria-label={`${name}, ${unitInWords(family)}, exactly`}
                value={parts[0] ?? ""}
                onChange={change}
                step={String(step)}
                unit={unitOf(family)}
            />
        </div>
    );
}

export function Rating() {
    const { put } = useEditing();
    return (
        <Switch pattern="esg_minimum_score_{}">
            {({ family, parts }) => (
                <select
                    className="input"
                    aria-label="Lowest rating that is bought"
                    value={parts[0]}
                    onChange={(event) => put(slotOf(family), { family, parts: [event.target.value] })}
                >
                    {RATINGS.map((each) => (
                        <option key={each} value={each}>
                            {each}
                        </option>
                    ))}
                </select>
            )}
        </Switch>
    );
}

/** Many switches of one kind: industries, classes. */
export function Choices({ pattern, names }: { readonly pattern: string; readonly names: readonly string[] }) {
    const family = familyOf(pattern);
    const { draft, put } = useEditing();
    if (names.length === 0) return null;
    return (
        <fieldset className="choices">
            <legend>{family.name}</legend>
            <p className="small quiet">{family.explanation}</p>
            <div className="choices-list">
                {names.map((name) => {
                    const slot = slotOf(family, name);
                    return (
                        <div key={name}>
                            <label>
                                <input
                                    type="checkbox"
                                    checked={settingIn(draft.tokens, slot) !== null}
                                    onChange={(event) =>
                                        put(slot, event.target.checked ? { family, parts: [joined(name)] } : null)
                                    }
                                />
                                <span className="choice-name">{name.replaceAll("_", " ")}</span>
                            </label>
                            <Edited of={`token|${slot}`} />
                        </div>
                    );
                })}
            </div>
        </fieldset>
    );
}

export function Industries() {
    return <Choices pattern="exclude_{}" names={INDUSTRIES} />;
}

export function Window() {
    const { put } = useEditing();
    return (
        <Switch pattern="execute_between_{}_{}_ET">
            {({ family, parts: [from = "", to = ""] }) => (
                <div className="measure">
                    <TimeField
                        label="From, time in New York"
                        value={from}
                        onChange={(time) => put(slotOf(family), { family, parts: [time, to] })}
                    />
                    <span className="quiet">to</span>
                    <TimeField
                        label="Until, time in New York"
                        value={to}
                        onChange={(time) => put(slotOf(family), { family, parts: [from, time] })}
                    />
                    <span className="small quiet">New York</span>
                </div>
            )}
        </Switch>
    );
}

function TimeField(given: {
    readonly label: string;
    readonly value: string;
    readonly onChange: (time: string) => void;
}) {
    return (
        <input
            className="input"
            type="time"
            aria-label={given.label}
            value={colon(given.value)}
            onChange={(event) => given.onChange(uncolon(event.target.value))}
        />
    );
}

const GOAL_WORDS: Record<string, string> = {
    drift: "Close to the target",
    cost: "Low trading costs",
    tax: "Low tax",
    esg: "Good ratings",
};

/** The order of the goals: each can be moved up or down. */
export function Priorities() {
    const { put } = useEditing();
    return (
        <Switch pattern="priorities_{}">
            {({ family, parts: [text = ""] }) => {
                const order = text.split("_").filter((goal) => (GOALS as readonly string[]).includes(goal));
                const swap = (place: number) => {
                    const next = [...order];
                    const [one = "", other = ""] = [next[place], next[place + 1]];
                    next.splice(place, 2, other, one);
                    put(slotOf(family), { family, parts: [next.join("_")] });
                };
                return (
                    <ol className="goals">
                        {order.map((goal, place) => (
                            <li key={goal}>
                                <span>
                                    <span className="quiet">{place + 1}.</span> {GOAL_WORDS[goal]}
                                </span>
                                <span>
                                    <button
                                        type="button"
                                        className="button slim"
                                        aria-label={`${GOAL_WORDS[goal] ?? goal}: earlier`}
                                        disabled={place === 0}
                                        onClick={() => swap(place - 1)}
                                    >
                                        ↑
                                    </button>
                                    <button
                                        type="button"
                                        className="button slim"
                                        aria-label={`${GOAL_WORDS[goal] ?? goal}: later`}
                                        disabled={place === order.length - 1}
                                        onClick={() => swap(place)}
                                    >
                                        ↓
                                    </button>
                                </span>
                            </li>
                        ))}
                    </ol>
                );
            }}
        </Switch>
    );
}
