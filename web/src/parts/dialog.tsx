/** A dialog of the browser's own: it holds the focus, Escape closes it, and the focus goes back to what opened it. */
import { useEffect, useId, useRef, type ReactNode } from "react";
import "./dialog.css";

export function Dialog({
    title,
    close,
    wide = false,
    isBusy = false,
    children,
}: {
    readonly title: string;
    readonly close: () => void;
    readonly wide?: boolean;
    /** Something is being sent: Escape does not hide it. */
    readonly isBusy?: boolean;
    readonly children: ReactNode;
}) {
    const box = useRef<HTMLDialogElement>(null);
    const id = useId();
    useEffect(() => {
        const opener = document.activeElement;
        const dialog = box.current;
        dialog?.showModal();
        return () => {
            dialog?.close();
            if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
        };
    }, []);
    return (
        <dialog
            ref={box}
            className={wide ? "dialog wide" : "dialog"}
            aria-labelledby={id}
            onCancel={(event) => {
                event.preventDefault();
                if (!isBusy) close();
            }}
            onClose={() => {
                // Chromium lets Escape be prevented once: pressed again, it closes the dialog by itself.
                const dialog = box.current;
                if (!dialog || dialog.open) return;
                if (isBusy) dialog.showModal();
                else close();
            }}
        >
            <h2 id={id}>{title}</h2>
            {children}
        </dialog>
    );
}
