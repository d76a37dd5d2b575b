/** The controls of the preferences by kind: targets and bands, tax, risk, ethics, assets, transactions, and what has no control here. */
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Drift, Household } from "../../api/questions";
import { NumberField } from "../../parts/number-field";
import { Info, Panel } from "../../parts/panel";
import { distance, type Decimal } from "../../text/figures";
import { fieldId } from "./changes";
import { Edited, FieldFault, useEditing } from "./editing";
import { FieldList } from "./field-controls";
import { Following } from "./following";
import { Frequency, Limits, LotRules, securitiesOf, SecurityRules } from "./named-rules";
import { Choices, Industries, Measure, Priorities, Rating, Switch, Window } from "./setting-controls";
import { TargetsEditor } from "./targets-editor";
import { slotsOf } from "./tokens";
import { CASH, weightsByTicker } from "./facts";
import { fraction, percentText, typedInto, type Entry } from "./wanted";

export function Groups(given: {
    /** Whose; nothing before it is known. */
    readonly household: Household | null;
    readonly drift: Drift | null;
    readonly preview: Drift | null;
    readonly prices: ReadonlyMap<string, Decimal>;
}) {
    const { drift, preview } = given;
    const { facts } = useEditing();
    const classes = facts.classes.filter((name) => name !== CASH);
    const followed = given.household?.model_portfolio?.name ?? null;
    return (
        <div className="stack preferences-groups">
            {given.household ? <Following household={given.household} /> : null}
            <ClassTargets drift={drift} preview={preview} followed={followed} />
            <SecurityTargets prices={given.prices} followed={followed} />
            <Panel id="tax" title="Tax">
                <Switch pattern="minimize_short_term_gains" />
                <Switch pattern="avoid_short_term_gains" />
                <Measure pattern="harvest_losses_up_to_{}_usd" />
                <Measure pattern="max_realized_gains_{}_usd" />
                <Measure pattern="max_tax_{}_usd" />
                <Switch pattern="prioritize_qualified_dividends" />
                <Measure pattern="min_holding_months_{}" />
                <Measure pattern="min_holding_months_{}_unless_necessary" />
                <LotRules />
                <div className="rules">
                    <h3>Rates that count</h3>
                    <p className="small quiet">
                        Taxes are estimated at flat rates. Where one is left empty, it is looked up from the year,
                        status and income of the document, or a usual rate counts.
                    </p>
                    <FieldList of="taxed" />
                </div>
            </Panel>
            <Panel id="risk" title="Risk and cash">
                <Measure pattern="maintain_cash_balance_of_{}_usd" />
                <Measure pattern="max_concentration_pct_{}" />
                <Measure pattern="max_sector_exposure_pct_{}" />
                <Measure
                    pattern="volatility_cap_pct_{}"
                    needs={facts.hasRiskModel ? null : "This document has no risk model, so it can’t be turned on."}
                />
                <Limits
                    pattern="concentrate_up_to_{}_pct_in_ticker_{}"
                    add="Limit a security"
                    none="No security has a limit of its own."
                    options={securitiesOf(facts)}
                />
                <Limits
                    pattern="max_sector_exposure_pct_{}_in_{}"
                    add="Limit a sector"
                    none={
                        facts.sectors.length > 0
                            ? "No sector has a limit of its own."
                            : "The document names no sectors."
                    }
                    options={facts.sectors.map((each) => ({ value: each, text: each }))}
                />
            </Panel>
            <Panel id="esg" title="Ethics and environment">
                <Rating />
                <Industries />
                <Switch pattern="impact_investing_focus" />
            </Panel>
            <Panel id="assets" title="Assets and securities">
                <Switch pattern="prefer_etfs_over_mutual_funds" />
                <Choices pattern="avoid_asset_class_{}" names={classes} />
                <SecurityRules />
            </Panel>
            <Panel id="transactions" title="Transactions">
                <Measure pattern="avoid_trades_below_{}_usd" />
                <Measure pattern="max_daily_trade_volume_pct_{}" />
                <Switch pattern="minimize_total_commissions" />
                <Switch pattern="no_sells" />
                <Window />
                <Priorities />
                <Frequency />
            </Panel>
            <Panel id="weighing" title="How it is watched and weighed">
                <FieldList of="watched" />
                <div className="rules">
                    <h3>What counts how much</h3>
                    <p className="small quiet">
                        Plans are judged by one figure, in parts of the value. A larger number counts more; 0 counts
                        nothing. “What counts first” above multiplies them.
                    </p>
                    <FieldList of="weighed" />
                </div>
            </Panel>
            <Verbatim />
        </div>
    );
}

/** Why targets are not edited here. */
function Fixed({ by }: { readonly by: string }) {
    return (
        <p className="quiet">
            The target is that of{" "}
            <Link to="/models/$model" params={{ model: by }}>
                {by}
            </Link>
            , which this household follows: it is edited there, or here once the household follows no more.
        </p>
    );
}

function ClassTargets({
    drift,
    preview,
    followed,
}: {
    readonly drift: Drift | null;
    readonly preview: Drift | null;
    /** The model portfolio that it follows. */
    readonly followed: string | null;
}) {
    const { draft, change, faults } = useEditing();
    const weights = drift ? new Map(drift.classes.map((each) => [each.class, each.weight])) : null;
    const bands = new Map((preview ?? drift)?.classes.map((each) => [each.class, each.tau]) ?? []);
    const isWrong = (key: string) => faults.some((fault) => fault.field === fieldId(key));
    const width = (name: string, side: "absolute" | "relative") => {
        const band = draft.bands[name];
        if (!band) return null;
        const key = `band|${name}|${side}`;
        const tau = bands.get(name);
        const what = side === "absolute" ? "percentage points" : "percent of its target";
        return (
            <NumberField
                id={fieldId(key)}
                aria-label={`Own band of ${name}, ${what}`}
                aria-invalid={isWrong(key) || undefined}
                value={percentText(band[side])}
                placeholder={side === "absolute" && tau ? distance(tau).replace(" pp", "") : "—"}
                onChange={(typed) =>
                    change({
                        ...draft,
                        bands: { ...draft.bands, [name]: { ...band, [side]: typedInto(band[side], typed) } },
                    })
                }
                step={side === "absolute" ? "0.1" : "1"}
                unit={side === "absolute" ? "pp" : "% of it"}
            />
        );
    };
    return (
        <Panel id="targets" title="Targets and bands">
            {followed === null ? null : <Fixed by={followed} />}
            <TargetsEditor
                kind="target"
                isFixed={followed !== null}
                entries={draft.targets}
                weights={weights}
                onChange={(targets) => change({ ...draft, targets })}
                isWrong={(entry) => isWrong(`target|${entry.name}`)}
                under={(entry) => <UnderTarget entry={entry} />}
                more={{
                    heads: [
                        <span key="band">
                            Own band{" "}
                            <Info of="own band">
                                <p>
                                    How far a class may be from its target before a plan is made. Without an own band it
                                    is computed from volatility, costs and time, and shown in grey. It can be given in
                                    percentage points, or in percent of the target; with both, the narrower counts.
                                </p>
                            </Info>
                        </span>,
                    ],
                    cells: (name) => [
                        <span key="band" className="own-band">
                            <span aria-hidden="true">±</span>
                            {width(name, "absolute")}
                            <span className="small quiet">or</span>
                            {width(name, "relative")}
                        </span>,
                    ],
                }}
            />
        </Panel>
    );
}

function UnderTarget({ entry }: { readonly entry: Entry }) {
    const key = `target|${entry.name}`;
    const [absolute, relative] = [`band|${entry.name}|absolute`, `band|${entry.name}|relative`];
    return (
        <>
            <Edited of={key} />
            <Edited of={absolute} />
            <Edited of={relative} />
            <FieldFault id={fieldId(key)} />
            <FieldFault id={fieldId(absolute)} />
            <FieldFault id={fieldId(relative)} />
        </>
    );
}

function SecurityTargets({
    prices,
    followed,
}: {
    readonly prices: ReadonlyMap<string, Decimal>;
    readonly followed: string | null;
}) {
    const { draft, change, faults, facts } = useEditing();
    const weights = useMemo(() => weightsByTicker(facts, prices), [facts, prices]);
    if (!draft.securities) return null;
    const cash = draft.targets.find((each) => each.name === CASH);
    return (
        <Panel
            id="security-targets"
            title="Targets by security"
            aside={<span className="small quiet">This household follows an index by its securities.</span>}
        >
            {followed === null ? null : <Fixed by={followed} />}
            <TargetsEditor
                kind="security"
                isFixed={followed !== null}
                entries={draft.securities}
                weights={weights}
                onChange={(securities) => change({ ...draft, securities })}
                isWrong={(entry) => faults.some((fault) => fault.field === fieldId(`security|${entry.name}`))}
                under={(entry) => (
                    <>
                        <Edited of={`security|${entry.name}`} />
                        <FieldFault id={fieldId(`security|${entry.name}`)} />
                    </>
                )}
                beside={{ name: "Cash, by its class", part: cash ? (fraction(cash) ?? "0") : "0" }}
            />
        </Panel>
    );
}

/** Tokens that have no control here: shown as they are, and kept. */
function Verbatim() {
    const { draft, put } = useEditing();
    const slots = draft.tokens.flatMap((token) => slotsOf(token).filter((each) => each.setting === null));
    if (slots.length === 0) return null;
    return (
        <Panel id="verbatim" title="Kept as they stand">
            <p className="quiet">These rules have no control on this page. They are kept, letter for letter.</p>
            <ul className="rule-list">
                {slots.map(({ slot }) => {
                    const token = slot.slice("verbatim|".length);
                    return (
                        <li key={slot}>
                            <span>
                                <code id={fieldId(`token|${slot}`)} tabIndex={-1}>
                                    {token}
                                </code>
                                <FieldFault id={fieldId(`token|${slot}`)} />
                                <Edited of={`token|${slot}`} />
                            </span>
                            <button
                                type="button"
                                className="button slim"
                                aria-label={`Remove ${token}`}
                                onClick={() => put(slot, null)}
                            >
                                Remove
                            </button>
                        </li>
                    );
                })}
            </ul>
        </Panel>
    );
}
