import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { bookOf, completed, documentOf, empty, faultsOfAccounts, faultsOfLots, isDay, lotIn, type Book } from "./book";
import { bookOfImport, notesOf, standsAgainst, type Imported } from "./brokers";
import { EXAMPLE } from "./example";
import type { Plan } from "../../api/plan";
import { cellsOf, dayOf, pasted, TEMPLATE } from "./paste";
import { gapInWords } from "./plan-step";

const ROOT = new URL("../../../../", import.meta.url);
const cases = readdirSync(new URL("cases", ROOT)).filter((name) => !name.includes(".") && name !== "preferences");
const text = (name: string) => readFileSync(new URL(name, ROOT), "utf8");
const TODAY = "2026-11-20";
const blocking = (book: Book) => [...faultsOfAccounts(book), ...faultsOfLots(book)].filter((fault) => !fault.isNote);

interface Document {
    accounts: { account_id: string; cash: number; holdings: { ticker: string; lots: object[] }[] }[];
    securities: object[];
}

describe.each([...cases.map((name) => `cases/${name}/portfolio.json`), "examples/household.json"])("%s", (name) => {
    test("comes back from the rows with all that it says", () => {
        const whole = text(name);
        const book = bookOf(whole, TODAY);
        expect(blocking(book)).toEqual([]);
        const [after, before] = [JSON.parse(documentOf(book)) as Document, JSON.parse(whole) as Document];
        // Holdings of one ticker are put together, and what is kept beside lots is not.
        const lots = (document: Document) =>
            document.accounts.map((account) =>
                account.holdings.flatMap((each) => each.lots.map((lot) => ({ ...lot, of: each.ticker }))),
            );
        expect(lots(after)).toEqual(lots(before));
        expect(after.securities).toEqual(before.securities);
        expect({ ...after, accounts: [] }).toEqual({ ...before, accounts: [] });
    });
});

test("a document of the short form becomes one of accounts", () => {
    const book = bookOf(text("examples/design-holdings.json"), TODAY);
    const after = JSON.parse(documentOf(book)) as Document & Record<string, unknown>;
    expect(after["holdings"]).toBeUndefined();
    expect(after["cash"]).toBeUndefined();
    expect(after.accounts).toHaveLength(1);
    expect(after["preferences"]).toEqual(
        (JSON.parse(text("examples/design-holdings.json")) as Document & { preferences: [] }).preferences,
    );
});

test("the example is free of faults", () => {
    const book = bookOf(EXAMPLE, TODAY);
    expect(blocking(book)).toEqual([]);
    expect(JSON.parse(documentOf(book))).toEqual(JSON.parse(EXAMPLE));
});

describe("rows that are typed", () => {
    const typed = (given: Partial<Book["lots"][number]>): Book => {
        const book = empty(TODAY);
        const lot = { ticker: "VTI", quantity: "10", acquired: "2020-01-02", basis: "100", ...given };
        const full = completed({ ...book, lots: [lotIn(book, lot)] });
        return {
            ...full,
            securities: full.securities.map((each) => ({ ...each, class: "US Stocks", price: "$1,300.50" })),
        };
    };

    test("make a document", () => {
        const book = completed(typed({ quantity: "1,000.123456789" }));
        expect(blocking(book)).toEqual([]);
        expect(documentOf(book)).toContain('"quantity": 1000.123456789');
        const after = JSON.parse(documentOf(book)) as Document;
        expect(after.accounts[0]?.holdings).toEqual([
            {
                ticker: "VTI",
                lots: [
                    {
                        lot_id: "VTI-1",
                        quantity: 1000.123456789,
                        acquisition_date: "2020-01-02",
                        cost_basis_per_share: 100,
                    },
                ],
            },
        ]);
        expect(after.securities).toEqual([
            { ticker: "VTI", asset_class: "US Stocks", current_price: 1300.5, kind: "etf" },
        ]);
    });

    test.each([
        [{ quantity: "0" }, "quantity"],
        [{ quantity: "ten" }, "quantity"],
        [{ quantity: "1,5" }, "quantity"],
        [{ basis: "1.234,56" }, "basis"],
        [{ basis: "" }, "basis"],
        [{ basis: "1e3" }, "basis"],
        [{ acquired: "2020-02-30" }, "acquired"],
        [{ acquired: "2026-12-01" }, "acquired"],
        [{ account: "elsewhere" }, "account"],
        [{ ticker: "" }, "ticker"],
    ])("%j is told at %s", (given, field) => {
        expect(blocking(typed(given)).map((fault) => fault.field)).toContain(field);
    });

    test("a comma that may be a point is told with what to write", () => {
        expect(blocking(typed({ quantity: "1,5" })).map((fault) => fault.message)).toEqual(["Write 1.5 with a point."]);
        expect(documentOf(typed({ quantity: "172,028" }))).toContain('"quantity": 172028,');
    });

    test("a missing day is flagged and stops nothing", () => {
        const book = typed({ acquired: "" });
        expect(blocking(book)).toEqual([]);
        expect(faultsOfLots(book)).toMatchObject([{ field: "acquired", isNote: true }]);
    });

    test("where no tax hangs on it, neither cost nor day is asked for", () => {
        const book = typed({ acquired: "", basis: "" });
        const roth = { ...book, accounts: book.accounts.map((each) => ({ ...each, kind: "roth" })) };
        expect(faultsOfLots(roth)).toEqual([]);
        expect(documentOf(roth)).toContain('"cost_basis_per_share": 1300.50');
    });

    test("two of one name are told", () => {
        const book = typed({ id: "L" });
        const twice = { ...book, lots: [...book.lots, lotIn(book, { ...book.lots[0], id: "L" })] };
        expect(blocking(twice).map((fault) => fault.field)).toEqual(["id", "id"]);
    });

    test("nothing at all is told", () => {
        expect(blocking(empty(TODAY)).map((fault) => fault.message)[0]).toContain("Nothing is held yet");
    });
});

describe("what is pasted", () => {
    test("the table to begin with is read whole", () => {
        const { book, notes } = pasted(TEMPLATE, TODAY);
        expect(notes).toEqual([]);
        expect(blocking(book)).toEqual([]);
        expect(book.accounts.map((each) => [each.id, each.kind, each.cash])).toEqual([
            ["brokerage", "taxable", "9000"],
            ["ira", "traditional", ""],
        ]);
        expect(book.lots).toHaveLength(3);
        expect(book.targets.map((each) => each.name)).toEqual(["US Stocks", "Bonds", "Cash"]);
    });

    test("tabs, quotes, dollars and American days", () => {
        const table =
            'Symbol\tShares\tDate acquired\tUnit cost\tRating\n"BRK/B"\t"1,200"\t05/10/2020\t$1,234.50\tAA\n\t5\n';
        const { book, notes } = pasted(table, TODAY);
        expect(book.lots[0]).toMatchObject({
            ticker: "BRK.B",
            quantity: "1200",
            acquired: "2020-05-10",
            basis: "1234.50",
        });
        expect(notes).toEqual([
            "The column “Rating” is not known and was left out.",
            "Row 3 has no ticker and was left out: , 5",
        ]);
    });

    test("a portfolio document", () => {
        expect(pasted(EXAMPLE, TODAY).book.accounts).toHaveLength(3);
    });

    test.each([
        ["", "nothing"],
        ["hello", "columns"],
        ["ticker,quantity", "no row"],
        ['{"a": 1}', "no portfolio document"],
        ["{", "no JSON"],
    ])("%j is told what it lacks", (table, word) => {
        expect(() => pasted(table, TODAY)).toThrow(word);
    });

    test("cells keep what is inside of quotes", () => {
        expect(cellsOf('a,b\n"x, ""y""",z\n# a remark\n')).toEqual([
            ["a", "b"],
            ['x, "y"', "z"],
        ]);
    });

    test("days", () => {
        expect(dayOf("5/1/2020")).toBe("2020-05-01");
        expect(dayOf("2020-05-01")).toBe("2020-05-01");
        expect(isDay("2026-02-29")).toBe(false);
        expect(isDay("2024-02-29")).toBe(true);
    });
});

test("how good a plan is, is said as it is proven", () => {
    const plan = (status: Plan["status"], gap = "0") => gapInWords({ status, relative_gap: gap } as Plan);
    expect(plan("optimal")).toContain("one part in ten thousand");
    expect(plan("feasible", "0.0312")).toContain("more than 3.12%");
    expect(plan("infeasible")).toContain("No plan keeps every rule");
    expect(plan("no_trade_needed")).toContain("Nothing is to be done");
});

describe("the files of a broker", () => {
    const none: Imported = {
        accounts: [],
        lots: 0,
        faults: [],
        unsupported: [],
        differences: [],
        missing: [],
        notes: [],
    };

    test("a class that nobody has said is asked for, and copied targets are none", () => {
        const missing = [
            { code: "class", of: "VTI", words: "no class of VTI" },
            { code: "targets", of: "", words: "no targets" },
            { code: "cash", of: "ira", words: "no file tells its cash" },
        ];
        const book = bookOfImport({ ...none, document: EXAMPLE, missing }, TODAY);
        if (!book) throw new Error("there is a document");
        expect(blocking(book)).toMatchObject([{ field: "class" }]);
        expect(book.targets.every((each) => each.source === null)).toBe(true);
        expect(book.targets.map((each) => each.name)).not.toContain("");
        const notes = ["more", "say `--class VTI=CLASS`"];
        expect(notesOf({ ...none, missing, notes })).toEqual([
            "The class of VTI is asked for in the next step.",
            "The files name no targets: they are set in the third step.",
            "ira: no file tells its cash",
            "more",
        ]);
    });

    test("what stands against a document is told with the way on", () => {
        const against = standsAgainst({
            ...none,
            faults: [{ file: "a.csv", row: 1204, column: "price", message: "no number" }],
            unsupported: ["an option"],
            differences: [{ account: "…321", ticker: "VTI", compared: "shares", stated: "10", found: "9" }],
        });
        expect(against.map((each) => each.accept)).toEqual([null, "skip_unsupported", "accept_differences"]);
        expect(against[0]?.lines).toEqual(["a.csv, row 1,204, column price: no number"]);
        expect(against[2]?.lines).toEqual(["…321, VTI: shares is 10 by the positions and 9 by the lots"]);
        expect(bookOfImport(none, TODAY)).toBeNull();
    });
});
