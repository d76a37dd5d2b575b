import { expect, it, test } from "vitest";
import { reason, verdict } from "./verdict";

const drift = (outside: number) =>
    ({
        breaches: Array.from({ length: outside }, (_, at) => `c${at}`),
        classes: Array.from({ length: 5 }),
    }) as unknown as Parameters<typeof verdict>[1];
const of = (state?: string) => ({ name: "Ann", proposal: state ? { id: "p", state } : null, paused: null });

it("says what is the matter and what comes next", () => {
    expect(verdict(of("Pending_Approval"), drift(2))).toBe(
        "2 of 5 classes are outside their bands. A proposal is ready.",
    );
    expect(verdict(of(), drift(0))).toBe("All 5 classes are inside their bands. Nothing is to be done.");
    expect(verdict(of("Execution_Failed"), drift(1))).toBe(
        "1 of 5 classes is outside its band. Some orders were not filled.",
    );
    expect(verdict(of(), null)).toBe("Ann has no holdings with prices yet.");
    expect(verdict(of(), null, true)).toBe("How Ann stands could not be read.");
});

test.each([
    [
        "Act: Bonds is 18.18 % above its target, band 3.52 %",
        "Bonds is 18.18\u00a0pp above its target, band 3.52\u00a0pp",
    ],
    [
        "Bonds, TIPS is outside its band, and quiet unless that grows",
        "Bonds, TIPS are outside their bands, and quiet unless that grows",
    ],
    [
        "Bonds is outside its band, and quiet unless that grows",
        "Bonds is outside its band, and quiet unless that grows",
    ],
    [
        "Act: Bonds is 7.71 % below its target, band 2.62 %; US Stocks is 17.04 % above its target, band 2.60 %.",
        "Bonds is 7.71\u00a0pp below its target, band 2.62\u00a0pp; US Stocks is 17.04\u00a0pp above its target, band 2.60\u00a0pp.",
    ],
    [
        "Act: Bonds is 7.71 % below its target, band 2.62 %; US Stocks is 17.04 % above its target, band 2.60 %; Cash is 2.99 % above its target, band 2.60 %.",
        "US Stocks is 17.04\u00a0pp above its target, Bonds 7.71\u00a0pp below, and 1 more is outside.",
    ],
    [
        "No need to act: every class is inside its band; nearest to its edge, Cash is 1.00 % above its target, band 2.60 %.",
        "Every class is inside its band; nearest to its edge, Cash is 1.00\u00a0pp above its target, band 2.60\u00a0pp.",
    ],
])("%s", (why, told) => {
    expect(reason(why)).toBe(told);
});
