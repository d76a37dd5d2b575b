/** A file made in the page and handed to the browser; a button that does so. */
import { Icon } from "./icon";

/** Hands a file to the browser. */
export function download(name: string, text: string, type = "text/csv;charset=utf-8"): void {
    const address = URL.createObjectURL(new Blob([text], { type }));
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    // Some browsers fetch it only after the click has ended.
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** `make` is called on the click, so that a long table costs nothing before. */
export function DownloadButton({
    name,
    make,
    children,
}: {
    readonly name: string;
    readonly make: () => string;
    readonly children: string;
}) {
    return (
        <button type="button" className="button slim no-print" onClick={() => download(name, make())}>
            <Icon name="save" />
            {children}
        </button>
    );
}
