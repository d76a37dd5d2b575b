import { expect, it } from "vitest";
import type { ModelPortfolio } from "../../api/model-portfolios";
import { comparedWith, isOfTarget } from "./followed";
import { wantedOf } from "./wanted";

it("sets a target beside that of a model portfolio, class by class", () => {
    const { wanted } = wantedOf('{"target_allocation": {"US_Stocks": 0.6, "Bonds": 0.4, "Gold": 0}, "accounts": []}');
    const target = { target_allocation: { "US Stocks": "0.7", Timber: "0.3" }, security_targets: {}, securities: [] };
    expect(comparedWith(wanted, { target } as unknown as ModelPortfolio)).toEqual([
        { name: "US Stocks", own: "0.6", model: "0.7" },
        { name: "Bonds", own: "0.4", model: "0" },
        { name: "Timber", own: "0", model: "0.3" },
    ]);
});

it("knows what of a document is its target", () => {
    expect(["target|Bonds", "security|VTI", "band|Bonds|absolute", "token|no_sells"].map(isOfTarget)).toEqual([
        true,
        true,
        false,
        false,
    ]);
});
