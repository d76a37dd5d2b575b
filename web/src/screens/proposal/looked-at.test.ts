import { expect, it } from "vitest";
import { addressOf, asProposalSearch, placeOf } from "./looked-at";

const items = [
    { id: "recommended", kinds: ["recommended", "closest"] },
    { id: "least_tax", kinds: ["least_tax"] },
    { id: "other_2", kinds: ["other"] },
];

it("is the plan at hand where the address says nothing", () => {
    expect(placeOf(items, asProposalSearch({}))).toBe(0);
    expect(placeOf(items, asProposalSearch({ alternative: "" }))).toBe(0);
    expect(placeOf([], {})).toBe(-1);
});

it("is what the address names, be it by what it is foremost in", () => {
    expect(placeOf(items, asProposalSearch({ alternative: "other_2" }))).toBe(2);
    expect(placeOf(items, asProposalSearch({ alternative: "closest" }))).toBe(0);
});

it("is none where nothing is called so, or what stands there is no word", () => {
    expect(placeOf(items, asProposalSearch({ alternative: "greenest" }))).toBe(-1);
    expect(asProposalSearch({ alternative: { is: 1 } })).toEqual({});
});

it("comes back from its own address", () => {
    for (const [at, item] of items.entries()) expect(placeOf(items, addressOf(items, item.id))).toBe(at);
    expect(addressOf(items, "recommended")).toEqual({});
});
