/** Whether something is sold or bought, with the one sign that the page has for it. */
export function Side({ of }: { readonly of: string }) {
    const sells = of === "SELL";
    return (
        <>
            <span aria-hidden="true">{sells ? "↑" : "↓"}</span> {sells ? "Sell" : "Buy"}
        </>
    );
}
