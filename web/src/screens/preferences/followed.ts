/** A household's target beside that of a model portfolio. In: what its document wants, the model's target. Out: rows by class; which settings are the target. */
import type { ModelPortfolio } from "../../api/model-portfolios";
import { isZero, type Decimal } from "../../text/figures";
import { fraction, type Wanted } from "./wanted";

export interface Side {
    readonly name: string;
    readonly own: Decimal;
    readonly model: Decimal;
}

/** Documents write a space of a class as `_` as well. */
const spaced = (name: string) => name.replaceAll("_", " ");

/** Every class that one of the two wants anything of; not to be named is to be wanted at 0. */
export function comparedWith(wanted: Wanted, { target }: ModelPortfolio): readonly Side[] {
    const own = new Map(wanted.targets.map((each) => [spaced(each.name), fraction(each) ?? "0"]));
    const model = new Map(Object.entries(target.target_allocation).map(([name, part]) => [spaced(name), part]));
    return [...new Set([...own.keys(), ...model.keys()])]
        .map((name) => ({ name, own: own.get(name) ?? "0", model: model.get(name) ?? "0" }))
        .filter((row) => !isZero(row.own) || !isZero(row.model));
}

/** Whether a setting, by its key, is of the target: what a model portfolio says, and the household does not while it follows. */
export function isOfTarget(key: string): boolean {
    return key.startsWith("target|") || key.startsWith("security|");
}
