/**
 * A household that is being set up: accounts, lots, securities, targets as rows that a person types, and the portfolio document that they make.
 *
 * In: rows, or a document to begin with. Out: rows, or a document. Invariants: what is typed wrong stays as typed; what a document says beyond
 * these rows (rules, tax facts, spreads) is kept; numbers keep every digit.
 */
import { plain } from "../../api/client";
import { commaFault, compared, isZero, ungrouped } from "../../text/figures";
import { at, digits, edited, items, members, read, words, type Edit, type Tree } from "../../text/lossless";
import { CASH } from "../preferences/facts";
import { fraction, type Entry } from "../preferences/wanted";

export interface AccountRow {
    readonly key: string;
    readonly source: string | null;
    readonly id: string;
    readonly kind: string;
    readonly owner: string;
    readonly cash: string;
}

export interface LotRow {
    readonly key: string;
    readonly source: string | null;
    readonly account: string;
    readonly ticker: string;
    readonly id: string;
    readonly quantity: string;
    readonly acquired: string;
    readonly basis: string;
}

export interface SecurityRow {
    readonly key: string;
    readonly source: string | null;
    readonly ticker: string;
    readonly class: string;
    readonly price: string;
    readonly kind: string;
}

export interface Book {
    readonly name: string;
    readonly asOf: string;
    /** A document that it began with, for what the rows do not say. */
    readonly base: string | null;
    readonly accounts: readonly AccountRow[];
    readonly lots: readonly LotRow[];
    readonly securities: readonly SecurityRow[];
    readonly targets: readonly Entry[];
}

export const KINDS = ["taxable", "traditional", "roth"] as const;
export const SECURITY_KINDS = ["etf", "mutual_fund", "stock", "bond", "cash_equivalent"] as const;

/** Fields of the short form, which the rows replace. */
const SHORT_FORM = [
    "holdings",
    "Current Holdings",
    "cash",
    "account_id",
    "current_allocation",
    "Current Allocation",
    "total_portfolio_value",
    "Total Portfolio Value",
    "total_value",
    "total_value_usd",
];

export function empty(today: string): Book {
    return {
        name: "",
        asOf: today,
        base: null,
        accounts: [{ key: "account-0", source: null, id: "brokerage", kind: "taxable", owner: "", cash: "" }],
        lots: [],
        securities: [],
        targets: [{ name: CASH, source: null, typed: "" }],
    };
}

/** A key for a row more. */
export function nextKey(kind: string, rows: readonly { readonly key: string }[]): string {
    const used = rows.map((row) => Number(row.key.split("-").at(-1)));
    return `${kind}-${Math.max(-1, ...used) + 1}`;
}

export function lotIn(book: Book, given: Partial<LotRow> = {}): LotRow {
    const account = book.lots.at(-1)?.account ?? book.accounts[0]?.id ?? "";
    const row = { source: null, account, ticker: "", id: "", quantity: "", acquired: "", basis: "" };
    return { ...row, ...given, key: nextKey("lot", book.lots) };
}

/** With a row for every security that a lot names, and a target for every class. */
export function completed(book: Book): Book {
    const held = new Set(book.lots.map((each) => each.ticker));
    // What was half typed as a ticker and never described is nothing.
    const isMeant = (each: SecurityRow) =>
        each.source !== null || held.has(each.ticker) || each.class !== "" || each.price !== "";
    const securities = book.securities.filter(isMeant);
    const known = new Set(securities.map((each) => each.ticker));
    for (const { ticker } of book.lots) {
        if (ticker === "" || known.has(ticker)) continue;
        known.add(ticker);
        const key = nextKey("security", securities);
        securities.push({ key, source: null, ticker, class: "", price: "", kind: "etf" });
    }
    const classes = [...new Set(securities.map((each) => each.class.trim()))].filter((name) => name !== "");
    const wanted = book.targets.filter(
        (each) =>
            each.name === CASH || each.source !== null || classes.includes(each.name) || !isZero(fraction(each) ?? "1"),
    );
    const missing = classes.filter((name) => !wanted.some((each) => each.name === name));
    const cash = wanted.filter((each) => each.name === CASH);
    const rest = wanted.filter((each) => each.name !== CASH);
    const fresh = missing.map((name): Entry => ({ name, source: null, typed: "" }));
    const last: Entry[] = cash.length > 0 ? cash : [{ name: CASH, source: null, typed: "" }];
    return { ...book, securities, targets: [...rest, ...fresh, ...last] };
}

const text = (tree: Tree | undefined, field: string) => words(at(tree, field)) ?? "";
const number = (tree: Tree | undefined, field: string) => plain(digits(at(tree, field)) ?? "");

/** The rows of a portfolio document, either form; or an exception where it is none. */
export function bookOf(document: string, today: string): Book {
    const tree = read(document);
    if (tree.kind !== "object") throw new SyntaxError("a portfolio document is an object: it begins with `{`");
    const short = items(at(tree, "holdings") ?? at(tree, "Current Holdings"));
    const written = items(at(tree, "accounts"));
    if (written.length + short.length === 0 && !at(tree, "target_allocation")) {
        throw new SyntaxError("this is no portfolio document: it has no `accounts`, `holdings` or `target_allocation`");
    }
    const source = (of: Tree, ...without: readonly string[]) =>
        edited(
            document.slice(of.from, of.to),
            without.map((field) => ({ path: [field], json: undefined })),
        );
    const accounts: AccountRow[] = [];
    const lots: LotRow[] = [];
    const hold = (account: string, holdings: readonly Tree[]) => {
        for (const holding of holdings) {
            for (const lot of items(at(holding, "lots"))) {
                lots.push({
                    key: `lot-${lots.length}`,
                    source: source(lot),
                    account,
                    ticker: text(holding, "ticker"),
                    id: text(lot, "lot_id"),
                    quantity: number(lot, "quantity"),
                    acquired: text(lot, "acquisition_date"),
                    basis: number(lot, "cost_basis_per_share"),
                });
            }
        }
    };
    for (const account of written) {
        const id = text(account, "account_id");
        accounts.push({
            key: `account-${accounts.length}`,
            source: source(account, "holdings"),
            id,
            kind: text(account, "kind") || "taxable",
            owner: text(account, "owner"),
            cash: number(account, "cash"),
        });
        hold(id, items(at(account, "holdings")));
    }
    if (written.length === 0) {
        const id = text(tree, "account_id") || "default";
        accounts.push({ key: "account-0", source: null, id, kind: "taxable", owner: "", cash: number(tree, "cash") });
        hold(id, short);
    }
    const securities: SecurityRow[] = [];
    for (const each of [...short, ...items(at(tree, "securities"))]) {
        const ticker = text(each, "ticker");
        if (securities.some((row) => row.ticker === ticker)) continue;
        securities.push({
            key: `security-${securities.length}`,
            source: source(each, "lots", "value_usd"),
            ticker,
            class: text(each, "asset_class"),
            price: number(each, "current_price"),
            kind: text(each, "kind") || "stock",
        });
    }
    const targets = members(at(tree, "target_allocation") ?? at(tree, "Target Allocation")).map(
        ({ name, value }): Entry => ({ name, source: document.slice(value.from, value.to), typed: null }),
    );
    const asOf = text(tree, "as_of") || today;
    const name = text(tree, "household_id");
    return completed({ name, asOf, base: document, accounts, lots, securities, targets });
}

/** A number as people type it, plain: `$1,234.50` is `1234.50`. A comma that may be a point stays, and is a fault. */
export function plainly(typed: string): string {
    const bare = typed.replace(/[$\s]/g, "");
    return ungrouped(bare) ?? bare;
}

/** What is wrong with what should be a number: its comma, or else what is said. */
const numberFault = (typed: string, otherwise: string) => commaFault(plainly(typed)) ?? otherwise;

const isNumber = (typed: string) => /^\d{1,15}(\.\d{1,12})?$/.test(plainly(typed));

export function isDay(day: string): boolean {
    return (
        /^\d{4}-\d{2}-\d{2}$/.test(day) &&
        !Number.isNaN(Date.parse(`${day}T00:00:00Z`)) &&
        new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
    );
}

export interface RowFault {
    readonly row: string;
    readonly field: string;
    readonly message: string;
    /** Something to know that stops nothing. */
    readonly isNote?: true;
}

/** The id of a field of a row. */
export function rowFieldId(row: string, field: string): string {
    return `${row}-${field}`;
}

/** What is wrong with accounts and the household. */
export function faultsOfAccounts(book: Book): readonly RowFault[] {
    const faults: RowFault[] = [];
    if (!isDay(book.asOf)) faults.push({ row: "household", field: "asOf", message: "Give the day of the holdings." });
    if (book.accounts.length === 0) faults.push({ row: "household", field: "name", message: "Add an account." });
    for (const { key, id, cash } of book.accounts) {
        if (id.trim() === "") faults.push({ row: key, field: "id", message: "Give the account a name." });
        if (book.accounts.some((other) => other.key !== key && other.id === id)) {
            faults.push({ row: key, field: "id", message: `Two accounts are called “${id}”.` });
        }
        if (cash !== "" && !isNumber(cash)) {
            const message = numberFault(cash, "Give the cash in dollars, such as 1500 or 12.50.");
            faults.push({ row: key, field: "cash", message });
        }
    }
    return faults;
}

/** What is wrong with lots and securities, and what is missing. */
export function faultsOfLots(book: Book): readonly RowFault[] {
    const faults: RowFault[] = [];
    if (book.lots.length === 0 && !book.accounts.some((each) => isNumber(each.cash) && !isZero(plainly(each.cash)))) {
        faults.push({
            row: "household",
            field: "lots",
            message: "Nothing is held yet: add a lot, or cash to an account.",
        });
    }
    for (const lot of book.lots) {
        const fault = (field: keyof LotRow, message: string) => faults.push({ row: lot.key, field, message });
        const account = book.accounts.find((each) => each.id === lot.account);
        if (!account) fault("account", `There is no account “${lot.account}”.`);
        if (lot.ticker === "") fault("ticker", "Give the ticker.");
        if (!isNumber(lot.quantity) || isZero(plainly(lot.quantity)))
            fault("quantity", numberFault(lot.quantity, "Give the shares, above 0."));
        const isTaxed = account?.kind === "taxable";
        if (lot.acquired === "" && isTaxed && !hasTerm(lot)) {
            const message = "The day is missing: the lot counts as short-term.";
            faults.push({ row: lot.key, field: "acquired", message, isNote: true });
        } else if (lot.acquired !== "" && !isDay(lot.acquired)) fault("acquired", "Give a day such as 2020-05-10.");
        else if (lot.acquired > book.asOf)
            fault("acquired", `It is later than the holdings, which are of ${book.asOf}.`);
        if (lot.basis === "" && isTaxed)
            fault("basis", "The cost is missing: tax hangs on it. Give dollars per share.");
        else if (lot.basis !== "" && !isNumber(lot.basis))
            fault("basis", numberFault(lot.basis, "Give dollars per share, such as 108.40."));
        if (lot.id !== "" && book.lots.some((other) => other.key !== lot.key && other.id === lot.id)) {
            fault("id", `Two lots are called “${lot.id}”.`);
        }
    }
    for (const row of book.securities) {
        const fault = (field: keyof SecurityRow, message: string) => faults.push({ row: row.key, field, message });
        if (row.ticker === "") fault("ticker", "Give the ticker.");
        if (row.class.trim() === "") fault("class", "Give its class, such as US Stocks.");
        if (!isNumber(row.price) || isZero(plainly(row.price)))
            fault("price", numberFault(row.price, "Give the price in dollars, above 0."));
    }
    return faults;
}

/** Whether a lot says long-term or short-term in place of a day. */
function hasTerm(lot: LotRow): boolean {
    return lot.source !== null && /"(lot_)?type"/.test(lot.source);
}

const quoted = JSON.stringify;
const put = (path: string, json: string | undefined): Edit => ({ path: [path], json });
const amount = (typed: string, otherwise: string) => (isNumber(typed) ? plainly(typed) : otherwise);

/** A number stays as the document wrote it where it says the same. */
function numberEdit(source: string | null, field: string, value: string): Edit[] {
    const there = source === null ? undefined : digits(at(read(source), field));
    if (there !== undefined && isNumber(there) && compared(plain(there), value) === 0) return [];
    return [put(field, value)];
}

function textEdit(source: string | null, field: string, value: string): Edit[] {
    const there = source === null ? undefined : words(at(read(source), field));
    if ((there ?? "") === value) return [];
    return [put(field, value === "" ? undefined : quoted(value))];
}

/** The portfolio document that the rows make. Rows have to be free of faults. */
export function documentOf(book: Book): string {
    const priceOf = new Map(book.securities.map((each) => [each.ticker, amount(each.price, "1")]));
    const used = new Set(book.lots.map((each) => each.id));
    const lotJson = (lot: LotRow, place: number) => {
        let id = lot.id;
        for (let more = place + 1; id === ""; more += 1) {
            const made = `${lot.ticker}-${more}`;
            if (!used.has(made)) id = made;
        }
        used.add(id);
        return edited(lot.source ?? "{}", [
            ...textEdit(lot.source, "lot_id", id),
            ...numberEdit(lot.source, "quantity", plainly(lot.quantity)),
            ...textEdit(lot.source, "acquisition_date", lot.acquired),
            // Where no tax hangs on it, the price stands in for a cost that nobody knows.
            ...numberEdit(lot.source, "cost_basis_per_share", amount(lot.basis, priceOf.get(lot.ticker) ?? "1")),
        ]);
    };
    const accounts = book.accounts.map((account) => {
        const own = book.lots.filter((lot) => lot.account === account.id);
        const holdings = [...new Set(own.map((lot) => lot.ticker))].map((ticker) => {
            const inside = own
                .filter((lot) => lot.ticker === ticker)
                .map((lot) => lotJson(lot, book.lots.indexOf(lot)));
            return `{"ticker": ${quoted(ticker)}, "lots": [${inside.join(", ")}]}`;
        });
        return edited(account.source ?? "{}", [
            ...textEdit(account.source, "account_id", account.id),
            ...textEdit(account.source, "kind", account.kind),
            ...textEdit(account.source, "owner", account.owner.trim()),
            ...numberEdit(account.source, "cash", amount(account.cash, "0")),
            put("holdings", `[${holdings.join(", ")}]`),
        ]);
    });
    const securities = book.securities.map((row) =>
        edited(row.source ?? "{}", [
            ...textEdit(row.source, "ticker", row.ticker),
            ...textEdit(row.source, "asset_class", row.class.trim()),
            ...numberEdit(row.source, "current_price", plainly(row.price)),
            ...textEdit(row.source, "kind", row.kind),
        ]),
    );
    const targets = book.targets
        .map((each) => [each.name, fraction(each) ?? "0", each.source] as const)
        .filter(([, part, source]) => !isZero(part) || source !== null)
        .map(([name, part]) => `${quoted(name)}: ${part}`);
    return edited(book.base ?? "{}", [
        ...SHORT_FORM.map((field) => put(field, undefined)),
        put("as_of", quoted(book.asOf)),
        ...(book.name.trim() === "" ? [] : [put("household_id", quoted(book.name.trim()))]),
        put("Target Allocation", undefined),
        put("target_allocation", `{${targets.join(", ")}}`),
        put("accounts", `[${accounts.join(",\n  ")}]`),
        put("securities", `[${securities.join(",\n  ")}]`),
    ]);
}
