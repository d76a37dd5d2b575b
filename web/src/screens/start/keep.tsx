/**
 * Keeps what was set up: as a household in the books, or as a file.
 *
 * Invariants: a household is opened once, however often the button is pressed; a refusal keeps everything that was typed.
 */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { Refused } from "../../api/client";
import { table } from "../../api/desk";
import { openHousehold } from "../../api/documents";
import { Fault, Panel } from "../../parts/panel";
import { documentOf, type Book } from "./book";
import { forget } from "./kept";

const NAME = "keep-name";

export function Keep({ book, change }: { readonly book: Book; readonly change: (book: Book) => void }) {
    const client = useQueryClient();
    const navigate = useNavigate();
    const key = useRef({ text: "", key: "" });
    const [isTold, setTold] = useState(false);
    const name = book.name.trim();
    const keeping = useMutation({
        mutationFn: () => {
            const text = documentOf(book);
            if (key.current.text !== text) key.current = { text, key: crypto.randomUUID() };
            return openHousehold(name, text, key.current.key);
        },
        onSuccess: (opened) => {
            forget();
            void client.invalidateQueries({ queryKey: table.queryKey });
            void navigate({ to: "/h/$household", params: { household: opened.id } });
        },
        onError: (error) => {
            if (isOfName(error)) document.getElementById(NAME)?.focus();
        },
    });
    const fault =
        isTold && name === "" ? "Give the household a name." : isOfName(keeping.error) ? keeping.error.message : null;
    const keepIt = () => {
        setTold(true);
        if (name === "") document.getElementById(NAME)?.focus();
        else if (!keeping.isPending) keeping.mutate();
    };
    const download = () => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([documentOf(book)], { type: "application/json" }));
        link.download = `${name.replace(/[^A-Za-z0-9]+/g, "-") || "household"}.json`;
        link.click();
        URL.revokeObjectURL(link.href);
    };
    return (
        <Panel id="keep" title="Keep this household">
            <p className="quiet">
                It is watched from then on, and a plan is proposed where a class leaves its band. Nothing is traded
                before somebody approves.
            </p>
            <div className="field keep-name">
                <label htmlFor={NAME}>Name of the household</label>
                <input
                    id={NAME}
                    maxLength={200}
                    value={book.name}
                    aria-invalid={fault !== null || undefined}
                    aria-describedby={fault === null ? undefined : `${NAME}-fault`}
                    onChange={(event) => {
                        keeping.reset();
                        change({ ...book, name: event.target.value });
                    }}
                />
                {fault === null ? null : (
                    <p className="fault small" id={`${NAME}-fault`}>
                        ✕ {fault}
                    </p>
                )}
            </div>
            {keeping.error && !isOfName(keeping.error) ? <Fault error={keeping.error} again={keepIt} /> : null}
            <div className="start-actions">
                <button type="button" className="button first" aria-disabled={keeping.isPending} onClick={keepIt}>
                    {keeping.isPending ? "Keeping it…" : "Keep this household"}
                </button>
                <button type="button" className="button" onClick={download}>
                    Save the document as a file
                </button>
            </div>
        </Panel>
    );
}

/** Whether a refusal is about the name: taken, or none that can be. */
function isOfName(error: Error | null): error is Refused {
    return error instanceof Refused && (error.problem.code === "exists" || error.problem.path === "name");
}
