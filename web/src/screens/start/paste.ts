/**
 * A lot table that is pasted or read from a file: a row for each lot, with the names of its columns on top.
 *
 * In: text with commas, semicolons or tabs, or a portfolio document. Out: a {@link Book}, and what could not be read with its row. Invariants: no row is
 * dropped without a word; a number that can't be read stays as it is written, for the person to mend.
 */
import {
    bookOf,
    completed,
    empty,
    nextKey,
    plainly,
    type AccountRow,
    type Book,
    type LotRow,
    type SecurityRow,
} from "./book";

const COLUMNS: Readonly<Record<string, readonly string[]>> = {
    account: ["account_id", "account", "account number", "account name"],
    accountKind: ["account_kind", "account type", "registration"],
    owner: ["owner", "account owner"],
    ticker: ["ticker", "symbol"],
    lot: ["lot_id", "lot"],
    quantity: ["quantity", "shares", "qty", "units"],
    acquired: ["acquisition_date", "date acquired", "open date", "purchase date", "acquired"],
    basis: ["cost_per_share", "cost basis per share", "unit cost"],
    price: ["price", "last price", "current price"],
    class: ["asset_class", "class"],
    kind: ["security_kind", "security type", "type"],
};

/** Columns without which nothing can be read. */
const NEEDED = ["ticker", "quantity"] as const;

export interface Pasted {
    readonly book: Book;
    /** What is not as it should be, in words. */
    readonly notes: readonly string[];
}

const bare = (name: string) =>
    name
        .toLowerCase()
        .replace(/[^a-z]+/g, " ")
        .trim();

/** The cells of a table, with quotation marks undone. */
export function cellsOf(text: string): readonly (readonly string[])[] {
    const [first = ""] = text.split("\n");
    const mark = first.includes("\t") ? "\t" : first.includes(";") && !first.includes(",") ? ";" : ",";
    const rows: string[][] = [];
    let row: string[] = [];
    let cell = "";
    let isQuoted = false;
    for (let place = 0; place < text.length; place += 1) {
        const sign = text[place] ?? "";
        if (isQuoted) {
            if (sign !== '"') cell += sign;
            else if (text[place + 1] === '"') {
                cell += '"';
                place += 1;
            } else isQuoted = false;
        } else if (sign === '"' && cell.trim() === "") {
            isQuoted = true;
            cell = "";
        } else if (sign === mark) {
            row.push(cell.trim());
            cell = "";
        } else if (sign === "\n") {
            rows.push([...row, cell.trim()]);
            row = [];
            cell = "";
        } else cell += sign;
    }
    if (cell.trim() !== "" || row.length > 0) rows.push([...row, cell.trim()]);
    return rows.filter((each) => each.some((word) => word !== "") && !each[0]?.startsWith("#"));
}

/** `05/10/2020` as `2020-05-10`, with the month first; anything else as it is. */
export function dayOf(written: string): string {
    const [, month = "", day = "", year = ""] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(written) ?? [];
    return year === "" ? written : `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

function kindOf(written: string): string {
    if (/roth/i.test(written)) return "roth";
    return /ira|traditional|401|403|retire|rollover/i.test(written) ? "traditional" : "taxable";
}

/** What is pasted as a book; or an exception that says why it can't be read. */
export function pasted(text: string, today: string): Pasted {
    if (text.trim() === "") throw new Error("nothing is there to read");
    if (/^\s*[{[]/.test(text)) return { book: bookOf(text, today), notes: [] };
    const [head, ...rows] = cellsOf(text.replaceAll("\r", ""));
    const place = new Map<string, number>();
    const unknown: string[] = [];
    for (const [at, name] of (head ?? []).entries()) {
        const found = Object.entries(COLUMNS).find(([, names]) => names.map(bare).includes(bare(name)));
        if (found) place.set(found[0], at);
        else if (name !== "") unknown.push(name);
    }
    const missing = NEEDED.filter((name) => !place.has(name));
    if (missing.length > 0) {
        throw new Error(
            `the first row has to name the columns; \`${missing.join("` and `")}\` could not be found among: ${(head ?? []).join(", ")}`,
        );
    }
    const notes = unknown.map((name) => `The column “${name}” is not known and was left out.`);
    const accounts: AccountRow[] = [];
    const lots: LotRow[] = [];
    const securities: SecurityRow[] = [];
    for (const [at, row] of rows.entries()) {
        const cell = (name: string) => row[place.get(name) ?? -1] ?? "";
        const ticker = cell("ticker").toUpperCase().replaceAll(/[/ ]/g, ".");
        if (ticker === "") {
            notes.push(`Row ${at + 2} has no ticker and was left out: ${row.join(", ")}`);
            continue;
        }
        const id = cell("account") || "brokerage";
        let account = accounts.find((each) => each.id === id);
        if (!account) {
            const key = nextKey("account", accounts);
            account = { key, source: null, id, kind: kindOf(cell("accountKind")), owner: cell("owner"), cash: "" };
            accounts.push(account);
        }
        if (ticker === "CASH") {
            const cash = plainly(cell("quantity"));
            accounts.splice(accounts.indexOf(account), 1, { ...account, cash });
            continue;
        }
        lots.push({
            key: nextKey("lot", lots),
            source: null,
            account: id,
            ticker,
            id: cell("lot"),
            quantity: plainly(cell("quantity")),
            acquired: dayOf(cell("acquired")),
            basis: plainly(cell("basis")),
        });
        const known = securities.find((each) => each.ticker === ticker);
        const [price, named] = [plainly(cell("price")), cell("class")];
        if (known) {
            const next = { ...known, price: known.price || price, class: known.class || named };
            securities.splice(securities.indexOf(known), 1, next);
        } else {
            const kind = bare(cell("kind")).replaceAll(" ", "_") || "etf";
            securities.push({ key: nextKey("security", securities), source: null, ticker, class: named, price, kind });
        }
    }
    if (lots.length + accounts.length === 0) throw new Error("there is no row beneath the names of the columns");
    return { book: completed({ ...empty(today), accounts, lots, securities }), notes };
}

/** A table to begin with. */
export const TEMPLATE = `account,account_kind,ticker,quantity,acquisition_date,cost_per_share,price,asset_class
brokerage,taxable,VTI,120,2024-03-18,262.10,345.00,US Stocks
brokerage,taxable,BND,900,2020-08-06,80.70,72.40,Bonds
brokerage,taxable,CASH,9000,,,,
ira,traditional,VTI,350,,,,`;
