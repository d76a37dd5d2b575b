/**
 * A field for a number, as text: what is typed stays as it is typed. The arrow keys go a step up or down.
 *
 * Invariants: no binary float is made of what is typed; a step moves the decimal digits; a comma divides thousands or is refused with words, and
 * whoever leaves the field sees the number as it was understood.
 */
import { useId, useState, type InputHTMLAttributes } from "react";
import "./number-field.css";
import { commaFault, compared, isNegative, sum, ungrouped } from "../text/figures";

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
    /** Beside the number, within the field: dollars before it, all else behind it. */
    readonly unit?: string;
}) {
    const id = useId();
    const [typed, setTyped] = useState<string | null>(null);
    const understood = (text: string) => ungrouped(text) ?? text.trim();
    const fault = commaFault(value);
    const describedBy = [rest["aria-describedby"], fault ? id : undefined].filter(Boolean).join(" ");
    return (
        <>
            <span className={unit === "$" ? "number-field private" : "number-field"}>
                {unit === "$" ? <Unit of={unit} /> : null}
                <input
                    {...rest}
                    {...(fault ? { "aria-invalid": true } : {})}
                    {...(describedBy === "" ? {} : { "aria-describedby": describedBy })}
                    type="text"
                    inputMode="decimal"
                    autoComplete="off"
                    value={typed !== null && understood(typed) === value ? typed : value}
                    onChange={(event) => {
                        setTyped(event.target.value);
                        onChange(understood(event.target.value));
                    }}
                    onBlur={(event) => {
                        setTyped(null);
                        rest.onBlur?.(event);
                    }}
                    onKeyDown={(event) => {
                        const up = event.key === "ArrowUp";
                        if ((!up && event.key !== "ArrowDown") || event.altKey || event.ctrlKey || event.metaKey)
                            return;
                        event.preventDefault();
                        onChange(stepped(value, up ? step : `-${step}`));
                    }}
                />
                {unit && unit !== "$" ? <Unit of={unit} /> : null}
            </span>
            {fault ? (
                <span className="fault small" id={id}>
                    {" "}
                    {fault}
                </span>
            ) : null}
        </>
    );
}

function Unit({ of }: { readonly of: string }) {
    return (
        <span className="small quiet" aria-hidden="true">
            {of}
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
