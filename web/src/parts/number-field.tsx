/**
 * A field for a number, as text: what is typed stays as it is typed. The arrow keys go a step up or down.
 *
 * Invariant: no binary float is made of what is typed; a step moves the decimal digits.
 */
import type { InputHTMLAttributes } from "react";
import "./number-field.css";
import { compared, isNegative, sum } from "../text/figures";

type Rest = Omit<InputHTMLAttributes<HTMLInputElement>, "value" | "onChange" | "type" | "step" | "min">;

export function NumberField({
    value,
    onChange,
    step,
    unit,
    ...rest
}: Rest & {
    readonly value: string;
    readonly onChange: (value: string) => void;
    readonly step: string;
    /** Behind the number, within the field. */
    readonly unit?: string;
}) {
    return (
        <span className="number-field">
            <input
                {...rest}
                type="text"
                inputMode="decimal"
                autoComplete="off"
                value={value}
                onChange={(event) => onChange(event.target.value.replaceAll(",", "").trim())}
                onKeyDown={(event) => {
                    const up = event.key === "ArrowUp";
                    if ((!up && event.key !== "ArrowDown") || event.altKey || event.ctrlKey || event.metaKey) return;
                    event.preventDefault();
                    onChange(stepped(value, up ? step : `-${step}`));
                }}
            />
            {unit ? (
                <span className="small quiet" aria-hidden="true">
                    {unit}
                </span>
            ) : null}
        </span>
    );
}

/** A number a step further, never below 0; what is no number stays. */
export function stepped(value: string, step: string): string {
    if (!/^\d*(\.\d*)?$/.test(value)) return value;
    const now = value === "" || value === "." ? "0" : value.replace(/^\./, "0.").replace(/\.$/, "");
    const next = sum([now, step]);
    return isNegative(next) && compared(next, "0") < 0 ? "0" : next;
}
