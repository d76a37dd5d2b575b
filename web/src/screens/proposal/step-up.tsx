/** Asks for the password once more, where an action needs one that was shown a short time ago. */
import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { answered, api } from "../../api/client";
import { Dialog } from "../../parts/dialog";
import { Fault } from "../../parts/panel";

export function StepUp({
    close,
    proven,
    what = "An approval",
}: {
    readonly close: () => void;
    readonly proven: () => void;
    /** What asks for it. */
    readonly what?: string;
}) {
    const id = useId();
    const [password, setPassword] = useState("");
    const prove = useMutation({
        mutationFn: () => answered(api.POST("/api/v1/session/proof", { body: { password } })),
        onSuccess: () => {
            setPassword("");
            close();
            proven();
        },
    });
    return (
        <Dialog title="Your password, once more" close={close}>
            <form
                className="dialog-form"
                onSubmit={(event) => {
                    event.preventDefault();
                    prove.mutate();
                }}
            >
                <p className="quiet">{what} asks for a password that was shown a short time ago.</p>
                <div className="field">
                    <label htmlFor={id}>Password</label>
                    <input
                        id={id}
                        type="password"
                        autoComplete="current-password"
                        required
                        value={password}
                        onChange={(event) => setPassword(event.target.value)}
                    />
                </div>
                {prove.error ? <Fault error={prove.error} /> : null}
                <div className="dialog-actions">
                    <button type="button" className="button" onClick={close}>
                        Cancel
                    </button>
                    <button type="submit" className="button first" disabled={prove.isPending}>
                        {prove.isPending ? "Checking…" : "Go on"}
                    </button>
                </div>
            </form>
        </Dialog>
    );
}
