import { expect, test } from "vitest";
import { codeInWords, namedIn } from "./named-in";
import { nameOf, slotsOf } from "./tokens";

test("a setting is called by its name, and what is no setting stays", () => {
    const setting = slotsOf("minimize_short_term_gains")[0]?.setting;
    if (!setting) throw new Error("it is a setting");
    expect(namedIn("minimize_short_term_gains")).toBe(`“${nameOf(setting)}”`);
    expect(namedIn("it changes nothing beside `some_other_word`")).toBe("it changes nothing beside `some_other_word`");
    const barred = slotsOf("do_not_sell_ticker_BRK.B")[0]?.setting;
    if (!barred) throw new Error("it is a setting");
    expect(namedIn("do_not_sell_ticker_BRK.B is void.")).toBe(`“${nameOf(barred)}” is void.`);
    expect(codeInWords("desk.odd_lot")).toBe("Odd lot");
});
