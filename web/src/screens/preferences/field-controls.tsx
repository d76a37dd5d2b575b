/** The controls of fields of the document: a number or a choice, with what counts where it is left empty. */
import { NumberField } from "../../parts/number-field";
import { FIELDS, fieldText, type DocumentField } from "./document-fields";
import { Edited, FieldFault, useEditing, useField } from "./editing";
import { percentText, typedInto } from "./wanted";

export function FieldList({ of }: { readonly of: keyof typeof FIELDS }) {
    return FIELDS[of].map((field) => <Control key={field.path} field={field} />);
}

function Control({ field }: { readonly field: DocumentField }) {
    const { draft, change } = useEditing();
    const key = `field|${field.path}`;
    const { id, ...wrong } = useField(key);
    const entry = draft.fields[field.path];
    if (!entry) return null;
    const put = (typed: string) => {
        const next = field.kind === "percent" ? typedInto(entry, typed) : asTyped(entry, typed);
        change({ ...draft, fields: { ...draft.fields, [field.path]: next } });
    };
    return (
        <div className="setting document-field">
            <label className="setting-name" htmlFor={id}>
                {field.name}
            </label>
            <div className="setting-body">
                {field.kind === "choice" ? (
                    <select
                        id={id}
                        {...wrong}
                        className="input"
                        value={fieldText(entry)}
                        onChange={(event) => put(event.target.value)}
                    >
                        <option value="">Not said: {field.otherwise.toLowerCase()}</option>
                        {field.choices?.map((each) => (
                            <option key={each.value} value={each.value}>
                                {each.text}
                            </option>
                        ))}
                    </select>
                ) : (
                    <NumberField
                        id={id}
                        {...wrong}
                        value={field.kind === "percent" ? percentText(entry) : fieldText(entry)}
                        placeholder={field.otherwise}
                        onChange={put}
                        step={field.step}
                        {...(field.kind === "percent" ? { unit: "%" } : {})}
                    />
                )}
                <p className="small quiet">
                    {field.explanation}
                    {field.kind !== "choice" && field.otherwise !== "—"
                        ? ` Left empty, ${field.otherwise}${field.kind === "percent" ? "%" : ""} counts.`
                        : ""}
                </p>
                <FieldFault id={id} />
                <Edited of={key} />
            </div>
        </div>
    );
}

/** Typing what stands there anyway is no edit. */
function asTyped<T extends { readonly source: string | null; readonly typed: string | null }>(
    entry: T,
    typed: string,
): T {
    const untouched = { ...entry, typed: null };
    return typed === fieldText({ name: "", ...untouched }) ? untouched : { ...entry, typed };
}
