import { expect, test } from "vitest";
import { codeInWords, namedIn } from "./named-in";
import { nameOf, slotsOf } from "./tokens";

test("a setting is called by its name, and what is no setting stays", () => {
    const setting = slotsOf("minimize_short_term_gains")[0]?.setting;
    if (!setting) throw new Error("it is a setting");
    expect(namedIn("minimize_short_term_gains")).toBe(`“${nameOf(setting)}”`);
    expect(namedIn("it changes nothing beside `some_other_word`")).toBe("it changes nothing beside `some_other_word`");
    expect(codeInWords("desk.odd_lot")).toBe("Odd lot");
});
