/** The trades of a plan as they were shown, account by account, with their reasons; the sums are of unrounded amounts. */
import type { Attempt } from "../../api/history";
import type { Proposal } from "../../api/questions";
import type { Trade } from "../../api/plan";
import { DownloadButton } from "../../parts/download";
import { Heads } from "../../parts/heads";
import { Side } from "../../parts/side";
import { Told } from "../../parts/told";
import { csv, fileName } from "../../text/csv";
import { cents, price, product, several, shares, sum } from "../../text/figures";

const worth = (trade: Trade) => product(trade.quantity, trade.estimated_price);

export function TradesAndLots({ of, attempt }: { readonly of: Proposal; readonly attempt: Attempt }) {
    const { trades } = attempt.plan;
    const accounts = [...new Set(trades.map((trade) => trade.account_id))];
    const side = (action: string) => sum(trades.filter((trade) => trade.action === action).map(worth));
    if (trades.length === 0) return <p className="quiet">This plan trades nothing.</p>;
    return (
        <>
            <div className="tab-head">
                <p>
                    {several(trades.length, "trade")} · sells <span className="private">{cents(side("SELL"))}</span> ·
                    buys <span className="private">{cents(side("BUY"))}</span>
                </p>
                <DownloadButton
                    name={`${fileName("trades", of.id, attempt.plan_hash.slice(0, 8))}.csv`}
                    make={() => asFile(of, attempt)}
                >
                    CSV of trades
                </DownloadButton>
            </div>
            {accounts.map((account) => (
                <Account key={account} name={account} trades={trades.filter((trade) => trade.account_id === account)} />
            ))}
            <p className="small faint">At the prices that the plan was made with. Sums are of unrounded amounts.</p>
        </>
    );
}

function Account({ name, trades }: { readonly name: string; readonly trades: readonly Trade[] }) {
    return (
        <section className="account-trades">
            <h3>{name}</h3>
            <div className="scroll" tabIndex={0} role="group" aria-label={`Trades in ${name}`}>
                <table className="reasoned stacks">
                    <Heads words={["Trade", "Lot"]} numbers={["Shares", "Price", "Amount"]} />
                    {trades.map((trade, at) => (
                        <tbody key={at}>
                            <tr>
                                <th scope="row">
                                    <Side of={trade.action} /> {trade.ticker}
                                </th>
                                <td data-label="Lot">{trade.lot_id ?? "—"}</td>
                                <td data-label="Shares" className="number">
                                    <span className="private">{shares(trade.quantity)}</span>
                                </td>
                                <td data-label="Price" className="number">
                                    {price(trade.estimated_price)}
                                </td>
                                <td data-label="Amount" className="number">
                                    <span className="private">{cents(worth(trade))}</span>
                                </td>
                            </tr>
                            <tr className="reason">
                                <td colSpan={5} className="small quiet">
                                    <span>
                                        <Told>{trade.rationale}</Told>
                                    </span>
                                </td>
                            </tr>
                        </tbody>
                    ))}
                    <tfoot>
                        {(["SELL", "BUY"] as const).map((action) => {
                            const own = trades.filter((trade) => trade.action === action);
                            return own.length === 0 ? null : (
                                <tr key={action}>
                                    <th scope="row" colSpan={4}>
                                        {action === "SELL" ? "Sells together" : "Buys together"}
                                    </th>
                                    <td className="number private strong">{cents(sum(own.map(worth)))}</td>
                                </tr>
                            );
                        })}
                    </tfoot>
                </table>
            </div>
        </section>
    );
}

function asFile(of: Proposal, attempt: Attempt): string {
    const head = [
        "proposal",
        "attempt",
        "plan_hash",
        "account",
        "action",
        "ticker",
        "lot",
        "shares",
        "price_usd",
        "amount_usd",
        "reason",
    ];
    return csv(
        head,
        attempt.plan.trades.map((trade) => [
            of.id,
            attempt.attempt,
            attempt.plan_hash,
            trade.account_id,
            trade.action,
            trade.ticker,
            trade.lot_id,
            trade.quantity,
            trade.estimated_price,
            worth(trade),
            trade.rationale,
        ]),
    );
}
