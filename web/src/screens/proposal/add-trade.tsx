/** Adds a trade that the plan does not have: a sale of a lot that is held, or a purchase of a security that the household lists. */
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useId, useMemo, useState, type FormEvent } from "react";
import { portfolio } from "../../api/documents";
import { prices } from "../../api/questions";
import { Chooser } from "../../parts/chooser";
import { NumberField } from "../../parts/number-field";
import { isPlain, isZero } from "../../text/figures";
import { read } from "../../text/lossless";
import { factsOf } from "../preferences/facts";
import type { Edit } from "./edits";
import { pricesOf, purchases, sales } from "./offered";
import type { Account, Lot, Row } from "./rows";

export function AddTrade(given: {
    readonly household: string;
    readonly rows: readonly Row[];
    readonly accounts: readonly Account[];
    readonly lots: readonly Lot[];
    readonly edit: (edit: Edit) => void;
}) {
    const { rows, accounts, lots, edit } = given;
    const id = useId();
    const onRecord = useQuery(prices);
    const document = useQuery(portfolio(given.household));
    const [side, setSide] = useState<"SELL" | "BUY">("SELL");
    const [picked, setPicked] = useState<string | null>(null);
    const [chosen, setChosen] = useState("");
    const [quantity, setQuantity] = useState("");
    const [isTold, setTold] = useState(false);
    // Accounts may come later than this form.
    const account = (accounts.find((each) => each.account_id === picked) ?? accounts[0])?.account_id ?? "";
    const priced = useMemo(() => pricesOf(onRecord.data ?? []), [onRecord.data]);
    const text = document.data?.text;
    const listed = useMemo(
        () => (text === undefined ? [] : factsOf(read(text)).securities.map((each) => each.ticker)),
        [text],
    );
    // What is left to choose from follows an edit once its figures are shown: it may be hundreds of lots.
    const settled = useDeferredValue(rows);
    const offers = useMemo(
        () => (side === "SELL" ? sales(account, lots, settled, priced) : purchases(account, listed, settled, priced)),
        [side, account, lots, settled, priced, listed],
    );
    const options = useMemo(() => offers.map((each) => ({ value: each.text, text: each.text })), [offers]);
    const offer = offers.find((each) => each.text === chosen);
    const finding = onRecord.data?.find((each) => each.ticker === offer?.trade.ticker)?.finding;
    const isNumber = isPlain(quantity) && !isZero(quantity);
    const fault = offer === undefined ? "Choose what to trade." : isNumber ? null : "Write a number of shares above 0.";
    const add = (event: FormEvent) => {
        event.preventDefault();
        setTold(true);
        if (!offer || fault !== null) return;
        const at = Math.max(-1, ...rows.map((row) => row.at)) + 1;
        edit({ kind: "set", at, quantity, trade: offer.trade });
        setChosen("");
        setQuantity("");
        setTold(false);
    };
    return (
        <form className="add-trade no-print" onSubmit={add} aria-label="Add a trade">
            <div className="field">
                <label htmlFor={`${id}-side`}>Add a trade</label>
                <select
                    id={`${id}-side`}
                    className="input"
                    value={side}
                    onChange={(event) => {
                        setSide(event.target.value === "BUY" ? "BUY" : "SELL");
                        setChosen("");
                    }}
                >
                    <option value="SELL">Sell</option>
                    <option value="BUY">Buy</option>
                </select>
            </div>
            {accounts.length > 1 ? (
                <div className="field">
                    <label htmlFor={`${id}-account`}>In</label>
                    <select
                        id={`${id}-account`}
                        className="input"
                        value={account}
                        onChange={(event) => {
                            setPicked(event.target.value);
                            setChosen("");
                        }}
                    >
                        {accounts.map((each) => (
                            <option key={each.account_id} value={each.account_id}>
                                {each.account_id}
                            </option>
                        ))}
                    </select>
                </div>
            ) : null}
            <div className="field what">
                <label htmlFor={`${id}-what`}>{side === "SELL" ? "Lot" : "Security"}</label>
                <Chooser
                    id={`${id}-what`}
                    options={options}
                    value={chosen}
                    onChange={setChosen}
                    none={
                        offers.length > 0
                            ? "Choose…"
                            : priced.size === 0
                              ? "No price is known yet"
                              : "Nothing more to choose"
                    }
                />
            </div>
            <div className="field">
                <label htmlFor={`${id}-shares`}>Shares</label>
                <NumberField
                    id={`${id}-shares`}
                    value={quantity}
                    onChange={setQuantity}
                    step="1"
                    aria-invalid={(isTold && fault !== null) || undefined}
                    aria-describedby={isTold && fault ? `${id}-fault` : undefined}
                />
            </div>
            {finding ? (
                <p className="small warn">
                    ⚠ The price of {offer?.trade.ticker} on record: {finding}.
                </p>
            ) : null}
            <button type="submit" className="button slim">
                Add
            </button>
            {isTold && fault ? (
                <p className="fault small" id={`${id}-fault`} role="alert">
                    {fault}
                </p>
            ) : null}
        </form>
    );
}
