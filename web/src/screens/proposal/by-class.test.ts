import { expect, it } from "vitest";
import { byClass, offTargets } from "./by-class";

const CLASSES = new Map([
    ["AAPL", "US Stocks"],
    ["AMZN", "US Stocks"],
]);

it("weights by security are summed by class, and cash keeps its name", () => {
    expect(byClass({ AAPL: "0.6", AMZN: "0.395", Cash: "0.005" }, CLASSES)).toEqual({
        "US Stocks": "0.995",
        Cash: "0.005",
    });
});

it("weights by class stay what they are", () => {
    expect(byClass({ Stocks: "0.6", Bonds: "0.4" }, CLASSES)).toEqual({ Stocks: "0.6", Bonds: "0.4" });
});

it("securities are in the order of how far they are off after the plan", () => {
    const targets = new Map([
        ["AAPL", "0.5"],
        ["AMZN", "0.4"],
    ]);
    const off = offTargets({ AAPL: "0.6", MSFT: "0.4" }, { AAPL: "0.51", AMZN: "0.36", MSFT: "0.13" }, targets);
    expect(off.map((each) => each.ticker)).toEqual(["MSFT", "AMZN", "AAPL"]);
    expect(off[0]).toEqual({ ticker: "MSFT", now: "0.4", after: "0.13", target: "0" });
});
