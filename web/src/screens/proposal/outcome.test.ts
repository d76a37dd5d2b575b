import { expect, it } from "vitest";
import { better } from "./outcome";

it("says in dollars how much better a plan is, whatever form the figures have", () => {
    expect(better("-0.011254023550528396", "0.05793827", "93299.96")).toBe("$6,455.64");
    expect(better("9.7606848901507e-15", "9.7606848901508e-15", "93299.96")).toBe("one cent");
});
